"""Events of customers: how many are taken a second, durably, how fast they are filed, and what memory that takes.

A door answers when a body is on disk; what is in it is filed afterwards, by the same process here. So both are measured: what is
taken while nothing else is asked of the machine but filing, and how long until the last of it is filed.
"""

import base64
import contextlib
import datetime
import sqlite3
import time

from benchkit import Server, alternate, project, row, say

# A clickstream of this many events is taken and filed, and memory is looked at on the way.
LONG = 10_000_000


def source(data):
    """The write key of the online store, which is made to take events of the shop of the measurements."""
    with contextlib.closing(sqlite3.connect(data / "reorder.sqlite")) as database:
        database.execute("UPDATE event_source SET domains = 'larkspur.example' WHERE code = 'online_store'")
        database.commit()
        return database.execute("SELECT write_key FROM event_source_key").fetchone()[0]


def count(data, table):
    with contextlib.closing(sqlite3.connect(f"file:{data / 'reorder.sqlite'}?mode=ro", uri=True)) as database:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def filed(data):
    """Waits until nothing waits to be filed, and returns how many seconds that took."""
    start = time.monotonic()
    while count(data, "tracked_inbox"):
        time.sleep(0.2)
    return time.monotonic() - start


def batch(server, key, prefix, connections, seconds):
    """Events a second in batches of a hundred."""
    basic = base64.b64encode(f"{key}:".encode()).decode()
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
    return 100 * server.rate("batch.lua", connections, seconds, KEY=basic, PREFIX=prefix, SENT=now)


def events(options):
    data, _ = project("events", customers=2000)
    key = source(data)
    with Server(data) as server:
        taken, live = alternate(
            options.rounds,
            lambda number: (batch(server, key, f"B{number}", 64, options.seconds), filed(data))[0],
            lambda _: server.live_rate(64, options.seconds),
        )
        row("events taken durably, /v1/batch of 100, 64 connections", f"{taken:.0f}/s", f"empty route {live:.0f}/s",
            taken / live, 0.75, True)
        ours, live = alternate(
            options.rounds,
            lambda number: (server.rate("tracker.lua", 64, options.seconds, KEY=key, PREFIX=f"t{number:05d}",
                                        SENT=str(int(time.time() * 1000))), filed(data))[0],
            lambda _: server.live_rate(64, options.seconds),
        )
        row("one tracker event, 64 connections", f"{ours:.0f}/s", f"empty route {live:.0f}/s", ours / live, 0.25, True)
    stream(options)


def stream(options):
    """A long stream: memory shall be the same at its end as after its first tenth."""
    wanted = LONG // 10 if options.quick else LONG
    data, _ = project("stream", customers=2000)
    key = source(data)
    with Server(data) as server:
        start, first, part = time.monotonic(), None, 0
        while count(data, "tracked_event") < wanted:
            batch(server, key, f"S{part}", 8, 5)
            filed(data)
            part += 1
            done = count(data, "tracked_event")
            if first is None and done >= wanted / 10:
                first = server.megabytes
            say(f"{done} events are filed, {done / (time.monotonic() - start):.0f}/s, {server.megabytes:.0f} MB")
        rate = done / (time.monotonic() - start)
        size = (data / "reorder.sqlite").stat().st_size / done
        row(f"memory after {done} events, against a tenth of them", f"{server.megabytes:.0f} MB", f"{first:.0f} MB",
            server.megabytes / first, 1.25, False, "×", filed_per_second=round(rate), bytes_per_event=round(size))

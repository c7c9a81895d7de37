"""Events of customers: how many are taken a second, durably, how fast they are filed, and what memory that takes.

A door answers when a body is on disk; what is in it is filed afterwards, by the same process here. So both are measured: what is
taken while nothing else is asked of the machine but filing, and how long until the last of it is filed.
"""

import base64
import concurrent.futures
import contextlib
import datetime
import http.client
import json
import sqlite3
import sys
import time

from benchkit import SCRIPTS, Server, alternate, project, row, say

sys.path.append(str(SCRIPTS))
from clickstream import COUNTS, MINUTE, Shopper, bodies, summed  # noqa: E402

# A clickstream of this many events is taken and filed, and memory is looked at on the way.
LONG = 10_000_000


def source(data, takes_orders=False):
    """The write key of the online store, which is made to take events of the shop of the measurements."""
    with contextlib.closing(sqlite3.connect(data / "reorder.sqlite")) as database:
        database.execute(
            "UPDATE event_source SET domains = 'larkspur.example', takes_orders = ? WHERE code = 'online_store'", (takes_orders,)
        )
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
            lambda number: (server.rate("tracker.lua", 256, options.seconds, KEY=key, PREFIX=f"t{number:05d}",
                                        SENT=str(int(time.time() * 1000))), filed(data))[0],
            lambda _: server.live_rate(256, options.seconds),
        )
        row("one tracker event, 256 connections", f"{ours:.0f}/s", f"empty route {live:.0f}/s", ours / live, 0.25, True)
    stream(options)
    clickstream(options)


def stream(options):
    """A long stream: memory shall be the same at its end as after its first part."""
    wanted = LONG // 10 if options.quick else LONG
    data, _ = project("stream", customers=2000)
    key = source(data)
    with Server(data) as server:
        start, first, begun, part = time.monotonic(), None, 0, 0
        while count(data, "tracked_event") < wanted:
            batch(server, key, f"S{part}", 8, 5)
            filed(data)
            part += 1
            done = count(data, "tracked_event")
            # Before that the database's own caches fill.
            if first is None and done >= max(wanted / 10, 500_000):
                first, begun = server.own_megabytes, done
            say(f"{done} events are filed, {done / (time.monotonic() - start):.0f}/s, {server.own_megabytes:.0f} MB")
        rate = done / (time.monotonic() - start)
        size = (data / "reorder.sqlite").stat().st_size / done
        most = server.own_megabytes
        row(f"memory after {done} events, against {begun}", f"{most:.0f} MB", f"{first:.0f} MB", most / first, 1.25,
            False, "×", filed_per_second=round(rate), bytes_per_event=round(size))


# What must have come of a clickstream that is filed long after it happened: carts of customers were emptied just now, so
# what those put in since waits, and what nobody knows the owner of was abandoned long ago.
OUTCOMES = {
    "visits": "tracked_event WHERE name = 'site_visited'", "views": "tracked_event WHERE name = 'product_viewed'",
    "adds": "tracked_event WHERE name = 'container_item_added'",
    "removals": "tracked_event WHERE name = 'container_item_removed'", "purchases": "orders",
    "logins": "customer", "left": "container WHERE line_count > 0", "lines_left": "container_line",
    "left_unknown": "container WHERE abandoned_ms IS NOT NULL",
}


def clickstream(options):
    """Visits, views, carts and purchases of a made-up shop, and what they come to, against the story."""
    visitors = 5_000 if options.quick else 50_000
    data, _ = project("clickstream")
    key = source(data, takes_orders=True)
    with Server(data) as server, concurrent.futures.ProcessPoolExecutor(4) as senders:
        start = time.monotonic()
        parts = [senders.submit(shop, server.port, key, range(part, visitors, 4)) for part in range(4)]
        told = [part.result() for part in parts]
        counts = {name: sum(part[name] for part in told) for name in COUNTS}
        filed(data)
        seconds = time.monotonic() - start
        while count(data, f"container WHERE due_ms < {int(time.time() * 1000)}"):
            time.sleep(0.2)
        found = {name: count(data, table) for name, table in OUTCOMES.items()}
    for name, number in found.items():
        say(f"{name}: {number}, by the story {counts[name]}")
    messages = sum(counts[name] for name in ("visits", "views", "adds", "removals", "purchases", "logins"))
    wrong = sum(found[name] != counts[name] for name in found)
    row(f"clickstream of {visitors} visitors, counts that differ from the story", f"{messages / seconds:.0f} events/s", "-",
        wrong, 0, False)


def shop(port, key, numbers):
    """Sends what some visitors do to the doors, each visitor's in their order, and returns what it counts for."""
    now = int(time.time() * 1000)
    basic = base64.b64encode(f"{key}:".encode()).decode()
    doors = {
        "tracker": (f"/tracker/events?key={key}", {"Origin": "https://larkspur.example"}),
        "segment": ("/v1/batch", {"Authorization": f"Basic {basic}"}),
    }
    connection = http.client.HTTPConnection("127.0.0.1", port)
    shoppers = [Shopper(number, 7, now - 6 * 24 * 60 * MINUTE) for number in numbers]
    for shopper in shoppers:
        for _, door, body in bodies(shopper, sent=now):
            path, headers = doors[door]
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status >= 300:
                sys.exit(f"error: {path} answered {answer.status}")
    return summed(shoppers)

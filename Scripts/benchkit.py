"""What the measurements share: a table of figures, a server to be measured, and the running of programs."""

import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / ".build/release"
WORK = ROOT / ".build-tools/bench"
SCRIPTS = ROOT / "Scripts/bench"

rows = []


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def row(what, figure, anchor, value, goal, at_least, unit="", **more):
    """Adds a line of the table: `value` is held against `goal`."""
    met = value >= goal if at_least else value <= goal
    sign = "≥" if at_least else "≤"
    rows.append({"what": what, "figure": figure, "anchor": anchor, "value": round(value, 3), "unit": unit,
                 "goal": f"{sign} {goal:g}{unit}", "met": met, **more})
    say(f"{what}: {figure} against {anchor}: {value:.3g}{unit}, goal {sign} {goal:g}{unit}")


def run(*arguments, env=None, input=None):
    """Runs a program and returns what it prints."""
    done = subprocess.run(
        [str(argument) for argument in arguments], stdout=subprocess.PIPE, text=True, input=input,
        env={**os.environ, **(env or {})},
    )
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(done.args)} failed: its message is above")
    return done.stdout


def project(name, customers=0, orders=0, database=None):
    """Makes a project in a data directory, or on a server, and returns the directory with a key."""
    data = WORK / name
    reorder = BUILT / "reorder"
    place = ["--data", data, *(["--database", database] if database else [])]
    run(reorder, "init", *place, "--owner", "owner@example.com", "--starter-statuses", "--password-stdin",
        input="only for measuring\n")
    if customers:
        say(f"Filling {name} with {orders} orders")
        run(reorder, "sample", *place, "--customers", customers, "--orders", orders)
    scopes = "orders:read,orders:write,customers:read"
    key = run(reorder, "key", "create", "bench", *place, "--scopes", scopes).split()[0]
    if not database:
        settle(data)
    return data, key


def settle(data):
    """Moves what the log of writes holds into the database, so that nobody pays for it later."""
    with contextlib.closing(sqlite3.connect(data / "reorder.sqlite")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def own_megabytes(process):
    """The memory a process has for itself: without the pages of the database, which the system keeps while it has room."""
    with contextlib.suppress(OSError, StopIteration):
        if sys.platform != "linux":
            return int(run("ps", "-o", "rss=", "-p", process)) / 1024
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("RssAnon:")).split()[1]) / 1024
    return 0


class Server:
    """A running server; `seconds` is how long it took until it was ready."""

    def __init__(self, data, database=None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        start = time.monotonic()
        self.process = subprocess.Popen(
            [str(BUILT / "reorder"), "serve", "--data", str(data), "--port", str(self.port),
             *(["--database", database] if database else [])],
            env={**os.environ, "REORDER_LIMITS_REQUESTS": "0", "REORDER_LOG_LEVEL": "warning"},
        )
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > start + 120:
                sys.exit("error: the server did not start")
            time.sleep(0.02)
        self.seconds = time.monotonic() - start

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def is_ready(self):
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        return False

    @property
    def megabytes(self):
        """The memory the server holds."""
        kilobytes = run("ps", "-o", "rss=", "-p", self.process.pid)
        return int(kilobytes) / 1024

    @property
    def own_megabytes(self):
        """The same without the pages of the database."""
        return own_megabytes(self.process.pid)

    def rate(self, script, connections, seconds, **env):
        """Requests a second of a script of wrk."""
        out = run("wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "-s", SCRIPTS / script,
                  f"http://127.0.0.1:{self.port}", env=env)
        words = out.splitlines()[-1].split()
        if words[3] != "0":
            sys.exit(f"error: {words[3]} requests of {script} failed")
        return float(words[1])

    def live_rate(self, connections, seconds):
        return self.rate("get.lua", connections, seconds, TARGET="/health/live")


def alternate(rounds, *measures):
    """Runs each measure in turn, so often, and returns the median of each."""
    results = [[measure(number) for measure in measures] for number in range(rounds)]
    return [statistics.median(column) for column in zip(*results)]


def show():
    heads = ["what", "figure", "anchor", "value", "goal", "met"]
    lines = [heads] + [
        [line["what"], line["figure"], line["anchor"], f"{line['value']:g}{line['unit']}", line["goal"],
         "yes" if line["met"] else "NO"]
        for line in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())

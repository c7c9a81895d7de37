#!/usr/bin/env python3
"""Measures the release build against its goals, each as a ratio to an anchor of the same run where there is one.

Client and server share the machine. What is compared runs alternately, and medians are taken, so that a machine that is
busy for a while does not decide. Called by Scripts/bench.sh, which builds; `--help` shows the arguments.
"""

import argparse
import http.client
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import bench_events
import bench_postgres
import bench_segments
from benchkit import BUILT, WORK, Server, alternate, own_megabytes, project, row, rows, run, say, settle, show

# What is measured


def memory(options):
    data, _ = project("empty")
    with Server(data) as server:
        time.sleep(3)
        row("memory, idle, empty project", f"{server.megabytes:.0f} MB", "-", server.megabytes, 100, False, " MB")


def register(options):
    data, key = project("register", customers=2000)
    with Server(data) as server:
        ours, live = alternate(
            options.rounds,
            lambda number: server.rate("register.lua", 256, options.seconds, KEY=key, PREFIX=f"R{number}"),
            lambda _: server.live_rate(256, options.seconds),
        )
    row("register an order of 3 lines, 256 connections", f"{ours:.0f}/s", f"empty route {live:.0f}/s", ours / live, 0.25,
        True)


def get(options):
    data, key = project("get", customers=2000, orders=10_000)
    with Server(data) as server:
        ours, live = alternate(
            options.rounds,
            lambda _: server.rate("get.lua", 64, options.seconds, KEY=key, TARGET="/api/orders/S104000"),
            lambda _: server.live_rate(64, options.seconds),
        )
    row("get one order, 64 connections", f"{ours:.0f}/s", f"empty route {live:.0f}/s", ours / live, 0.5, True)


def imports(options):
    for name in ("in order", "shuffled"):
        folder = WORK / f"import {name}"
        shuffled = ["--shuffled"] if name == "shuffled" else []
        run(BUILT / "reorder-bench", "prepare", folder, options.imported, *shuffled)
        settle(folder / "prepared")

        def ours(_):
            fresh(folder, "imported")
            result = json.loads(run(BUILT / "reorder-bench", "import", folder / "imported", folder / "orders.ndjson"))
            if result["orders"] != options.imported:
                sys.exit(f"error: {result['orders']} of {options.imported} orders were imported")
            folder.joinpath("commits").write_text(str(result["commits"]))
            return result["seconds"]

        def plain(_):
            fresh(folder, "plain")
            paths = [folder / part / "reorder.sqlite" for part in ("imported", "plain")]
            return json.loads(run(BUILT / "reorder-bench", "plain", *paths, folder.joinpath("commits").read_text()))["seconds"]

        import_seconds, plain_seconds = alternate(options.rounds, ours, plain)
        row(f"import {options.imported} orders, {name}", f"{options.imported / import_seconds:.0f}/s",
            f"plain inserts {options.imported / plain_seconds:.0f}/s", plain_seconds / import_seconds, 0.4, True)


def fresh(folder, name):
    """Makes a copy of the prepared project, which is on disk before anything is timed."""
    shutil.rmtree(folder / name, ignore_errors=True)
    shutil.copytree(folder / "prepared", folder / name)
    os.sync()


LISTS = {
    "all": "",
    "status": "filter[status_code]=completed",
    "dates": "filter[date_from]=2025-06-01&filter[date_to]=2026-09-30",
    "unit": "filter[unit]=Online",
    "total": "filter[total_from]=20&filter[total_to]=60",
    "status, dates, total": "filter[status_code]=completed&filter[date_from]=2025-03-01&filter[total_from]=30",
    "sorted by total": "sort=-total",
    "customer": "filter[client_external_id]=C1500",
    "q, a number": "filter[q]=T-1234",
    "q, a name": "filter[q]=maria",
}


def lists(options):
    orders = options.orders
    data, key = project("lists", customers=orders // 5, orders=orders)
    with Server(data) as server:
        row(f"start with {orders} orders", f"{server.seconds:.2f} s", "-", server.seconds, 3, False, " s")
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        headers = {"Authorization": f"Bearer {key}"}

        def page(path):
            start = time.perf_counter()
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            body = response.read()
            milliseconds = (time.perf_counter() - start) * 1000
            if response.status != 200:
                sys.exit(f"error: {path} answered {response.status}: {body.decode()}")
            return milliseconds, body

        def p99(path):
            times = sorted(page(path)[0] for _ in range(options.pages))
            return times[int(len(times) * 0.99) - 1]

        worst = {}
        for name, query in LISTS.items():
            first = "/api/orders?" + quote(query, safe="=&")
            answer = json.loads(page(first)[1])
            last = -(-answer["meta"]["total"] // 50)
            far = min(1000, last)
            paths = {"first page": first, "page 1000": f"{first}&page%5Bnumber%5D={far}"}
            following = json.loads(page(paths["page 1000"])[1])["links"].get("next")
            if following:
                paths["page after 1000"] = following
            figures = {place: p99(path) for place, path in paths.items()}
            shown = ", ".join(f"{place} {figure:.1f} ms" for place, figure in figures.items())
            say(f"list of {orders}, {name}, {answer['meta']['total']} match: {shown}")
            for place, figure in figures.items():
                worst[place] = max(worst.get(place, (0, "")), (figure, name))
        for place, (figure, name) in worst.items():
            row(f"list of 50 of {orders} orders, {place}, p99", f"{figure:.1f} ms", f"slowest filter: {name}", figure, 20,
                False, " ms")
        say(f"memory with {orders} orders: {server.megabytes:.0f} MB")


def exports(options):
    """An export of all orders, against what sqlite3 makes of the same columns."""
    columns = ["external_id", "date", "client_external_id", "status_code", "number", "items_sum", "unit", "payment.total"]
    plain = """SELECT o.external_id, o.date_ms, c.external_id, o.general_status_id, o.number, o.items_sum_e4, o.unit,
        o.payment_total_e4 FROM orders AS o JOIN customer AS c ON c.id = o.customer_id WHERE o.deleted_ms IS NULL ORDER BY o.id"""
    data, _ = project("export", customers=options.orders // 5, orders=options.orders)
    most = 0

    def timed(*command, **more):
        start = time.monotonic()
        child = subprocess.Popen([str(word) for word in command], **more)
        most = 0
        while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            most = max(most, own_megabytes(child.pid))
            time.sleep(0.01)
        seconds = time.monotonic() - start
        if child.wait() != 0:
            sys.exit(f"error: {command[0]} failed: its message is above")
        return seconds, most

    def ours(_):
        nonlocal most
        seconds, megabytes = timed(BUILT / "reorder", "export", "orders", "--data", data, "--columns", ",".join(columns),
                                   "--out", WORK / "orders.csv")
        most = max(most, megabytes)
        return seconds

    def sqlite(_):
        with open(WORK / "plain.csv", "wb") as out:
            return timed("sqlite3", "-csv", "-header", data / "reorder.sqlite", plain, stdout=out)[0]

    us, them = alternate(options.rounds, ours, sqlite)
    row(f"export {options.orders} orders as CSV", f"{us:.2f} s", f"sqlite3 -csv {them:.2f} s", us / them, 1.5, False, "×")
    row("memory of the export", f"{most:.0f} MB", "-", most, 150, False, " MB")
    seconds, megabytes = timed(BUILT / "reorder", "export", "orders", "--data", data, "--columns", ",".join(columns), "--out",
                               WORK / "orders.xlsx")
    row(f"memory of the export as XLSX, {seconds:.1f} s", f"{megabytes:.0f} MB", "-", megabytes, 150, False, " MB")


MEASURES = {
    "memory": memory, "register": register, "get": get, "import": imports, "lists": lists, "export": exports,
    "segments": bench_segments.segments, "events": bench_events.events,
    "pg-register": bench_postgres.register, "pg-import": bench_postgres.imports,
}


def main():
    parser = argparse.ArgumentParser(prog="Scripts/bench.sh", description="Measures the release build against its goals.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the orders, and shorter rounds")
    parser.add_argument("--only", choices=MEASURES, action="append", help="measures this alone; may be repeated")
    parser.add_argument("--json", metavar="FILE", help="writes the table there as JSON, too")
    options = parser.parse_args()
    options.orders, options.imported = (100_000, 50_000) if options.quick else (1_000_000, 200_000)
    options.rounds, options.seconds, options.pages = (3, 4, 100) if options.quick else (5, 8, 300)
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    try:
        for name in options.only or MEASURES:
            if name.startswith("pg-") and not bench_postgres.SERVER:
                say(f"Not measured: {name}, since there is no PostgreSQL 15 here")
                continue
            say(f"Measuring: {name}")
            MEASURES[name](options)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    show()
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")


main()

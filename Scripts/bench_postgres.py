"""What is measured on PostgreSQL: a durable cluster of its own, which Scripts/bench.sh starts and removes."""

import http.client
import json
import os
import re
import time
from pathlib import Path

from benchkit import BUILT, WORK, Server, alternate, project, row, run, say

SERVER = os.environ.get("REORDER_TEST_DATABASE", "")
"""The address of the cluster's own database; none without PostgreSQL."""
PROGRAMS = Path(os.environ.get("POSTGRES_BIN", ""))
LOG = Path(os.environ.get("POSTGRES_DIR", "")) / "log"

CUSTOMERS = 2000


def address(name):
    return SERVER.rsplit("/", 1)[0] + "/" + name


def sql(database, *statements):
    """Runs statements, each on its own, and returns what they answer."""
    commands = [word for statement in statements for word in ("-c", statement)]
    return run(PROGRAMS / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", address(database), *commands,
               env={"PGOPTIONS": "-c client_min_messages=warning"})


def fresh(name, template):
    """Makes a copy of a database that nobody uses, and has it on disk before anything is timed."""
    sql("postgres", f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {template}", "CHECKPOINT")


# Registering


def register(options):
    sql("postgres", "CREATE DATABASE register")
    data, key = project("pg-register", customers=CUSTOMERS, database=address("register"))
    fresh("anchor", "register")
    script, constants = transaction(data, key)
    say(f"An order is {len(script)} statements")
    with Server(data, address("register")) as server:
        def ours(number):
            sql("postgres", "CHECKPOINT")
            return server.rate("register.lua", 256, options.seconds, KEY=key, PREFIX=f"R{number}")

        def plain(number):
            sql("postgres", "CHECKPOINT")
            return pgbench(script, constants, number, options.seconds)

        us, them = alternate(options.rounds, ours, plain)
    row("register an order of 3 lines on PostgreSQL, 256 connections", f"{us:.0f}/s", f"pgbench, 16 clients {them:.0f}/s",
        us / them, 0.5, True)


# Each client counts its own orders; their customers are `insert_customers`', whose keys can be computed.
VARIABLES = """
\\set n :n + 1
\\set order :base + :n * 16 + :client_id
\\set order_bucket hash(:order) & 4095
\\set customer 1000000 + random(1, {customers})
\\set bucket (:customer * 7919) & 4095
\\set customer_id :customer * 4096 + :bucket
\\set order_id :order * 4096 + :bucket
"""

CUSTOMERS_OF_PGBENCH = """
    CREATE TEMP TABLE made AS
        SELECT c, (c * 7919) & 4095 AS b FROM generate_series(CAST({first} AS BIGINT), {last}) AS c;
    INSERT INTO customer_key (bucket, external_id, customer_id) SELECT b, CAST(c AS TEXT), c * 4096 + b FROM made;
    INSERT INTO customer_figures (bucket, customer_id, order_count, total_e4, items_e6)
        SELECT b, c * 4096 + b, 0, 0, 0 FROM made;
    ANALYZE
"""


def transaction(data, key):
    """The statements that the registration of one order sends, for pgbench, and the constants in them.

    They are taken from the server's log of a real one. Left out is what a commit sends once for all its orders: the turn
    to write. So pgbench's clients do not wait for each other, as our writers do.
    """
    sql("postgres", "ALTER DATABASE register SET log_statement = 'all'")
    with Server(data, address("register")) as server:
        # What is kept in memory, and statements that are made ready, belong to the first orders only.
        for number in range(1, 50):
            order, customer = f"9000000000{number:03}", 1500 + number
            send(server, key, order, customer)
            names = values(order, customer)
            # No other value may look like one of these. (A customer's bucket is that of their key.)
            if number > 10 and len(names) == 6 and min(int(name) for name in list(names)[:4]) > 1000:
                break
        else:
            raise SystemExit("error: no order was found whose identifiers tell themselves from other values")
    sql("postgres", "ALTER DATABASE register RESET log_statement")
    first, last = 1_000_001, 1_000_000 + CUSTOMERS
    sql("anchor", CUSTOMERS_OF_PGBENCH.format(first=first, last=last))
    script, constants = [], {}
    for text, parameters in logged(order):
        def value(match):
            parameter = parameters[int(match[1]) - 1]
            # The number of an event is the bucket's next, which pgbench does not know.
            if text.startswith("INSERT INTO event") and match[1] == "2":
                return ":order"
            if parameter is None:
                return "NULL"
            if parameter in names:
                return ":" + names[parameter]
            return ":" + constants.setdefault(parameter, f"c{len(constants)}")

        script.append(re.sub(r"\$(\d+)", value, text))
    return script, {name: constant for constant, name in constants.items()}


def send(server, key, order, customer):
    body = (Path(__file__).parent / "bench/register.lua").read_text()
    body = "".join(re.findall(r"'(.*)'", body[body.index("local body"):body.index("local parts")]))
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", "/api/orders", body=body % (order, customer, order),
                       headers={"Authorization": f"Bearer {key}"})
    response = connection.getresponse()
    if response.status != 201:
        raise SystemExit(f"error: an order was answered {response.status}: {response.read().decode()}")


def values(order, customer):
    """What stands for pgbench's variables in the statements of an order."""
    answer = sql(
        "register",
        f"""SELECT o.id, o.bucket, k.bucket, c.customer_id FROM orders AS o
            JOIN order_key AS k ON k.order_id = o.id JOIN customer_key AS c ON c.customer_id = o.customer_id
            WHERE o.external_id = '{order}'""",
    )
    names = ["order_id", "bucket", "order_bucket", "customer_id"]
    return {**dict(zip(answer.strip().split("|"), names)), order: "order", f"C{customer}": "customer"}


def logged(order):
    """The statements of the transaction that stored an order, with their parameters."""
    entry = re.compile(r"^\d\S* \S+ \S+ \[(\d+)\] (\w+): +", re.M)
    parts = entry.split(LOG.read_text())[1:]
    found, writer = [], None
    for process, kind, text in zip(parts[::3], parts[1::3], parts[2::3]):
        statement = re.match(r"execute [^:]+: (.*)", text, re.S)
        if kind == "LOG" and statement:
            found.append((process, statement[1].strip(), []))
        elif kind == "DETAIL" and text.startswith("parameters: ") and found:
            found[-1][2].extend(
                None if value == "NULL" else value[1:-1].replace("''", "'")
                for value in re.findall(r"\$\d+ = (NULL|'(?:[^']|'')*')", text)
            )
            if found[-1][1].startswith("INSERT INTO order_key") and order in found[-1][2]:
                writer = process
    mine = [(text, parameters) for process, text, parameters in found if process == writer]
    ends = [place for place, (text, _) in enumerate(mine) if text.startswith("COMMIT")]
    key = next(place for place, (text, parameters) in enumerate(mine) if order in parameters)
    end = next(place for place in ends if place > key)
    begin = max(place for place, (text, _) in enumerate(mine[:key]) if text.startswith("BEGIN"))
    kept = [one for one in mine[begin + 1:end] if not re.search(r"advisory|writer_(turn|message)", one[0])]
    return [("BEGIN", []), *kept, ("COMMIT", [])]


def pgbench(script, constants, number, seconds):
    """Transactions a second of a script with 16 clients."""
    file = WORK / "order.sql"
    file.write_text(VARIABLES.format(customers=CUSTOMERS) + "".join(f"{' '.join(text.split())};\n" for text in script))
    defined = [f"-D{name}={value}" for name, value in constants.items()]
    out = run(PROGRAMS / "pgbench", "-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", seconds, "-f", file,
              f"-Dbase={(number + 1) * 1_000_000_000_000}", "-Dn=0", *defined, address("anchor"))
    if "number of failed transactions: 0 " not in out:
        raise SystemExit(f"error: transactions of pgbench failed:\n{out}")
    return float(re.search(r"tps = ([\d.]+)", out)[1])


# Importing

FILLED = ["order_key", "orders", "order_line", "order_change", "event", "bucket_seq", "customer_figures"]
"""The tables that an import of orders fills."""


def imports(options):
    folder = WORK / "pg-import"
    sql("postgres", "CREATE DATABASE prepared", "CREATE DATABASE migrated")
    run(BUILT / "reorder-bench", "prepare", folder, options.imported, "--database", address("prepared"))
    project("pg-migrated", database=address("migrated"))

    def ours(number):
        fresh("imported", "prepared")
        result = json.loads(run(BUILT / "reorder-bench", "import", folder / "prepared", folder / "orders.ndjson",
                                "--database", address("imported")))
        if result["orders"] != options.imported:
            raise SystemExit(f"error: {result['orders']} of {options.imported} orders were imported")
        if number == 0:
            for table in FILLED:
                sql("imported", f"\\copy {table} TO '{folder / table}'")
        return result["seconds"]

    def plain(_):
        fresh("plain", "migrated")
        start = time.monotonic()
        sql("plain", *(f"\\copy {table} FROM '{folder / table}'" for table in FILLED))
        return time.monotonic() - start

    us, them = alternate(min(options.rounds, 3), ours, plain)
    row(f"import {options.imported} orders on PostgreSQL", f"{options.imported / us:.0f}/s",
        f"COPY of the same rows {options.imported / them:.0f}/s", them / us, 0.4, True)

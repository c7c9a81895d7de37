"""A DuckDB that is measured beside the index of segments; run by Scripts/bench_segments.py with the bench's own Python.

Its first words are a folder of CSV and how many threads it may take. Each line is then a query of customers' identifiers, and
each answer a line of JSON.
"""

import json
import sys
import time

import duckdb

TABLES = {
    "customer": "id BIGINT, city VARCHAR",
    "orders": "id BIGINT, customer_id BIGINT, date_ms BIGINT, status VARCHAR, delivery_status VARCHAR, "
              "payment_status VARCHAR, included UTINYINT, value_e4 BIGINT",
    "line": "order_id BIGINT, customer_id BIGINT, product VARCHAR, count_e6 BIGINT, sum_e4 BIGINT",
    "product": "external_id VARCHAR, category VARCHAR",
}


def main():
    folder, threads = sys.argv[1:]
    database = duckdb.connect(f"{folder}/duck.db")
    database.execute(f"SET threads = {threads}")
    database.execute("SET preserve_insertion_order = true")
    start = time.perf_counter()
    for name, columns in TABLES.items():
        database.execute(f"CREATE TABLE {name} ({columns})")
        database.execute(f"COPY {name} FROM '{folder}/{name}.csv' (HEADER false, DELIMITER ',', QUOTE '')")
    database.execute("CHECKPOINT")
    say({"seconds": time.perf_counter() - start, "version": duckdb.__version__})
    for query in sys.stdin:
        start = time.perf_counter()
        (count,) = database.execute(f"SELECT count(*) FROM ({query})").fetchone()
        seconds = time.perf_counter() - start
        total, parity = database.execute(f"SELECT sum(customer_id), bit_xor(customer_id) FROM ({query})").fetchone()
        say({"count": count, "sum": int(total or 0), "parity": parity or 0, "seconds": seconds})


def say(answer):
    print(json.dumps(answer), flush=True)


main()

#!/usr/bin/env python3
"""Reads every statement's tables against the rule that lets rows be spread over machines by bucket (ARCHITECTURE.md, "Keys").

A table is spread when its migration gives it a column `bucket`; others are reference tables, the same everywhere.
- The keys of a spread table that must be unique hold the bucket.
- A statement that joins spread tables joins them by bucket.
- A statement that adds to a spread table says the bucket; one that changes or removes its rows does so too, or is one of the
  known sweeps over all buckets.
- Time comes from the program, never from the database.
Each finding is printed as `file:line: message`; the exit status is 1 when there is one.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORAGE = ROOT / "Sources/Storage"

# Statements that go over all buckets on purpose: in the background, or once in a great while.
SWEEPS = {
    ("FactChecks.swift", "DELETE FROM bucket_seq"): "a repair",
    ("FiguresStore.swift", "UPDATE customer_figures"): "a change of the rule computes everybody's figures anew",
    ("ImportTraceStore.swift", "DELETE FROM import_before"): "what runs of a month ago kept",
    ("ReceiptFiguresStore.swift", "DELETE FROM receipt_figures"): "a repair",
    ("WebhookDeliveryStore.swift", "UPDATE webhook_delivery"): "a file's only process frees what it held before",
}
# Joins across buckets, which move rows between machines: verify only, which holds keys against what they lead to.
CROSSINGS = {
    ("FactChecks.swift", "customer"), ("KeyChecks.swift", "orders"), ("KeyChecks.swift", "customer"),
    ("ReceiptChecks.swift", "receipt"),
}

findings = []


def find(path, line, message):
    findings.append(f"{path.relative_to(ROOT)}:{line}: {message}")


def spread_tables():
    """Returns the tables that have a bucket, and holds their keys to the rule."""
    spread = set()
    for path in sorted((STORAGE / "Migrations").glob("*.sql")):
        text = re.sub(r"--.*", lambda comment: " " * len(comment[0]), path.read_text())
        for made in re.finditer(r"CREATE TABLE (\w+) \((.*?)\n\);", text, re.S):
            name, body = made[1], made[2]
            if not re.search(r"^\s*bucket BIGINT", body, re.M):
                continue
            spread.add(name)
            line = text[:made.start()].count("\n") + 1
            if not re.search(r"PRIMARY KEY \(bucket\b", body):
                find(path, line, f"the primary key of {name} must begin with its bucket")
            if re.search(r"\bUNIQUE\b", body):
                find(path, line, f"what is unique in {name} must hold the bucket: give it a table of keys")
        for made in re.finditer(r"CREATE UNIQUE INDEX \w+ ON (\w+) \(([^)]*)\)", text):
            if made[1] in spread and "bucket" not in made[2]:
                find(path, text[:made.start()].count("\n") + 1, f"a unique index of {made[1]} must hold the bucket")
    return spread


LITERAL = re.compile(r'"""(.*?)"""|"((?:\\\(.*?\)|\\.|[^"\\\n])*)"', re.S)
TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)(?:\s+AS\s+(\w+))?")


def statements(path):
    """Yields (line, text) of each literal that is a statement."""
    text = path.read_text()
    for literal in LITERAL.finditer(text):
        sql = literal[1] or literal[2] or ""
        if re.match(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b", sql):
            yield text[:literal.start()].count("\n") + 1, " ".join(sql.split())


def check(path, line, sql, spread):
    tables = [table for table, _ in TABLE.findall(sql) if table in spread]
    for join in re.finditer(r"\bJOIN (\w+)(?: AS \w+)?\s+ON (.*?)(?=\b(?:LEFT|FULL|JOIN|WHERE|ORDER|GROUP|UNION)\b|$)", sql):
        others = set(tables) - {join[1]}
        if join[1] in spread and others and not re.search(r"\bbucket = \w+\.bucket", join[2]):
            if (path.name, join[1]) in CROSSINGS:
                continue
            find(path, line, f"{join[1]} is joined to {', '.join(sorted(others))} and not by bucket")
    changed = re.match(r"(UPDATE|DELETE FROM|INSERT INTO) (\w+)", sql)
    if changed and changed[2] in spread and (path.name, f"{changed[1]} {changed[2]}") not in SWEEPS:
        where = sql if changed[1] == "INSERT INTO" else sql.partition(" WHERE ")[2]
        # What is put together elsewhere (a list of columns, a key) cannot be read here.
        if "bucket" not in where and "\\(key)" not in where and "\\(place)" not in where and "\\(condition)" not in where:
            find(path, line, f"{changed[1]} {changed[2]} does not say the bucket")
    if re.search(r"\bNOW\(\)|\bCURRENT_(TIMESTAMP|DATE|TIME)\b", sql, re.I):
        find(path, line, "time comes from the program, not from the database")
    if "FOR UPDATE" in sql and "bucket = " not in sql:
        find(path, line, "rows may be locked within one bucket only")


def main():
    spread = spread_tables()
    count = 0
    for path in sorted(STORAGE.rglob("*.swift")):
        for line, sql in statements(path):
            count += 1
            check(path, line, sql, spread)
    for finding in findings:
        print(finding)
    print(f"{count} statements, {len(spread)} spread tables, {len(findings)} findings", file=sys.stderr)
    sys.exit(1 if findings else 0)


main()

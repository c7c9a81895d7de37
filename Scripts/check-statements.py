#!/usr/bin/env python3
"""Reads every statement against the rules that let rows be spread over machines by bucket (ARCHITECTURE.md, "Keys").

A table is spread when its migration gives it a column `bucket`; of the others those that statements name together with
spread ones are reference tables (`Distribution.referenceTables`), the rest stays on one machine.
- Keys of a spread table that must be unique hold the bucket; it has no trigger, and no table refers to another.
- Spread tables are joined by bucket, in joins and in EXISTS.
- A statement that adds to a spread table says the bucket; one that changes or removes its rows does so too, or is one of the
  known sweeps over all buckets. No row changes its bucket.
- Rows are locked within one bucket. DO UPDATE asks nothing; no statement writes within WITH; nothing is recursive over spread
  tables; no GROUPING SETS.
- Time comes from the program, never from the database.
Each finding is printed as `file:line: message`; the exit status is 1 when there is one.

With a file as its argument it reads that instead: statements as they ran, parted by lines of `----`.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORAGE = ROOT / "Sources/Storage"

# Statements that go over all buckets on purpose: in the background, or once in a great while.
SWEEPS = {
    ("ContainerChecks.swift", "UPDATE container"): "a repair",
    ("ContainerTypeStore.swift", "UPDATE container"): "a change of a type reckons all its containers anew",
    ("FactChecks.swift", "DELETE FROM bucket_seq"): "a repair",
    ("FiguresStore.swift", "UPDATE customer_figures"): "a change of the rule computes everybody's figures anew",
    ("ImportTraceStore.swift", "DELETE FROM import_before"): "what runs of a month ago kept",
    ("ReceiptFiguresStore.swift", "DELETE FROM receipt_figures"): "a repair",
    ("WebhookDeliveryStore.swift", "UPDATE webhook_delivery"): "a file's only process frees what it held before",
}
# Joins across buckets, which move rows between machines: verify only, which holds keys against what they lead to.
CROSSINGS = {
    ("FactChecks.swift", "customer"), ("KeyChecks.swift", "orders"), ("KeyChecks.swift", "customer"),
    ("ReceiptChecks.swift", "receipt"), ("WebhookChecks.swift", "webhook_delivery"),
}
# The same of statements as they ran.
CROSSED = [
    r"FROM (order|customer|receipt)_key AS k LEFT JOIN (orders|customer|receipt) ",
    r"FROM customer_merge AS m LEFT JOIN customer ", r"FROM webhook_delivery AS w LEFT JOIN webhook_delivery ",
]

findings = []


def find(path, line, message):
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    findings.append(f"{name}:{line}: {message}")


def tables():
    """Returns the tables that have a bucket and those that do not, and holds keys and constraints to the rule."""
    spread, single = set(), set()
    for path in sorted((STORAGE / "Migrations").glob("*.sql")):
        whole = path.read_text()
        text = re.sub(r"--.*", lambda comment: " " * len(comment[0]), whole)

        def line(place):
            return text[:place].count("\n") + 1

        for made in re.finditer(r"CREATE TABLE (\w+) \((.*?)\n\);", text, re.S):
            name, body = made[1], made[2]
            if not re.search(r"^\s*bucket BIGINT", body, re.M):
                single.add(name)
                continue
            spread.add(name)
            if not re.search(r"PRIMARY KEY \(bucket\b", body):
                find(path, line(made.start()), f"the primary key of {name} must begin with its bucket")
            if re.search(r"\bUNIQUE\b|\bEXCLUDE\b", body):
                find(path, line(made.start()), f"what is unique in {name} must hold the bucket: give it a table of keys")
            if re.search(r"-- append-only", whole[made.start():made.end()]):
                find(path, line(made.start()), f"{name} is spread, and so cannot have the triggers of append-only")
        for made in re.finditer(r"CREATE UNIQUE INDEX \w+ ON (\w+) \(([^)]*)\)", text):
            if made[1] in spread and not re.search(r"\bbucket\b", made[2]):
                find(path, line(made.start()), f"a unique index of {made[1]} must hold the bucket")
        for made in re.finditer(r"\bREFERENCES \w+", text):
            find(path, line(made.start()), "tables do not refer to each other: verify holds them together")
        for made in re.finditer(r"CREATE (CONSTRAINT )?TRIGGER", text):
            find(path, line(made.start()), "spread tables cannot have triggers: mark a table of one machine append-only")
    return spread, single


def references():
    text = (STORAGE / "Nodes/Distribution.swift").read_text()
    return set(re.findall(r'"(\w+)"', re.search(r"referenceTables: Set = \[(.*?)\]", text, re.S)[1]))


LITERAL = re.compile(r'"""(.*?)"""|"((?:\\\(.*?\)|\\.|[^"\\\n])*)"', re.S)
TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)(?:\s+AS\s+(\w+))?")
BY_BUCKET = re.compile(r"\bbucket = \(*(\w+\.bucket|\$\d|\\\(|\w+\.\w*id & 4095|excluded\.bucket|0\b)")


def statements(path):
    """Yields (line, text) of each literal that is a statement."""
    text = path.read_text()
    for literal in LITERAL.finditer(text):
        sql = literal[1] or literal[2] or ""
        if re.match(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\b", sql):
            yield text[:literal.start()].count("\n") + 1, " ".join(sql.split())


def enclosed(sql, start):
    """Returns what stands between the parenthesis that opens at `start` and its end."""
    depth = 0
    for place in range(start, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[place], 0)
        if depth == 0:
            return sql[start + 1:place]
    return sql[start + 1:]


def check_joins(path, line, sql, spread, whole):
    named = [table for table, _ in TABLE.findall(sql) if table in spread]
    for join in re.finditer(r"\bJOIN (\w+)(?: AS \w+)?\s+ON (.*?)(?=\b(?:LEFT|FULL|JOIN|WHERE|ORDER|GROUP|UNION)\b|$)", sql):
        others = set(named) - {join[1]}
        if join[1] not in spread or not others or re.search(r"\bbucket = \w+\.bucket", join[2]):
            continue
        if whole and any(re.search(crossing, sql) for crossing in CROSSED):
            continue
        if not whole and (path.name, join[1]) in CROSSINGS:
            continue
        find(path, line, f"{join[1]} is joined to {', '.join(sorted(others))} and not by bucket")
    for sub in re.finditer(r"\bEXISTS \(", sql):
        inner = enclosed(sql, sub.end() - 1)
        table = TABLE.search(inner)
        outside = TABLE.findall(sql[:sub.start()])
        if table and table[1] in spread and any(name in spread for name, _ in outside) and not BY_BUCKET.search(inner):
            find(path, line, f"EXISTS asks {table[1]}, and not by bucket")


def check(path, line, sql, spread, single, reference, whole):
    check_joins(path, line, sql, spread, whole)
    named = {table for table, _ in TABLE.findall(sql)}
    if named & spread:
        for table in sorted((named & single) - reference):
            find(path, line, f"{table} is named with {', '.join(sorted(named & spread))}: make it a reference table")
    changed = re.match(r"(UPDATE|DELETE FROM|INSERT INTO) (\w+)", sql)
    if changed and changed[2] in spread:
        verb = f"{changed[1]} {changed[2]}"
        isSweep = any(sweep == verb and (whole or name == path.name) for name, sweep in SWEEPS)
        where = sql if changed[1] == "INSERT INTO" else sql.partition(" WHERE ")[2]
        # What is put together elsewhere (a list of columns, a key) can be read in statements that ran.
        parts = [] if whole else ["\\(key)", "\\(place)", "\\(condition)"]
        if not isSweep and "bucket" not in where and not any(part in where for part in parts):
            find(path, line, f"{verb} does not say the bucket")
        assigned = re.search(r"\bSET (.*?)(?:\bFROM\b|\bWHERE\b|$)", sql)
        if assigned and re.search(r"(?:^|, |\()bucket\s*(?:=|,|\))", assigned[1]):
            find(path, line, "a row does not change its bucket: remove it and add it")
    conflict = re.search(r"\bDO UPDATE\b(.*)", sql)
    if conflict and re.search(r"\(\s*SELECT\b", conflict[1]):
        find(path, line, "DO UPDATE cannot ask: hand in what is to be stored")
    if re.search(r"\bAS (?:(?:NOT )?MATERIALIZED )?\(\s*(INSERT|UPDATE|DELETE)\b", sql):
        find(path, line, "nothing is written within WITH: make it two statements")
    if re.search(r"\bWITH RECURSIVE\b", sql) and named & spread and not BY_BUCKET.search(sql):
        find(path, line, "what is recursive stays within one bucket")
    if re.search(r"\bGROUPING SETS\b|\bCUBE\s*\(|\bROLLUP\s*\(", sql):
        find(path, line, "no GROUPING SETS, CUBE or ROLLUP: use UNION ALL")
    if re.search(r"\bNOW\(\)|\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\brandom\(\)|\bnextval\(", sql, re.I):
        find(path, line, "time, chance and numbers come from the program, not from the database")
    if re.search(r"\bFOR (UPDATE|SHARE|NO KEY UPDATE)\b", sql) and named & spread and not re.search(
            r"\bbucket = (\$\d|\\\()", sql):
        find(path, line, "rows may be locked within one bucket only")
    if re.search(r"\bMERGE INTO\b|\bLOCK TABLE\b|\bTRUNCATE\b", sql):
        find(path, line, "MERGE, LOCK and TRUNCATE are not for spread tables")


def main():
    spread, single = tables()
    reference = references()
    count = 0
    if len(sys.argv) > 1:
        path = Path(sys.argv[1]).resolve()
        for sql in path.read_text().split("\n----\n"):
            count += 1
            check(path, count, " ".join(sql.split()), spread, single, reference, True)
    else:
        for path in sorted(STORAGE.rglob("*.swift")):
            for line, sql in statements(path):
                count += 1
                check(path, line, sql, spread, single, reference, False)
    for finding in findings:
        print(finding)
    print(f"{count} statements, {len(spread)} spread tables, {len(findings)} findings", file=sys.stderr)
    sys.exit(1 if findings else 0)


main()

"""Trees of segments, asked of the index in memory and, as SQL written by hand, of DuckDB, in turn.

Both have the same rows, the same number of threads (one less than there are processors, since one is the writer's) and all
data in memory or in the system's cache; both must find the same customers. DuckDB has its tables in a file, in the order of
time, with each line's customer beside it, so that no join is needed for that.

Not measured: more rows than memory holds, DuckDB with more threads than the index takes, and DuckDB with figures kept beside
each customer, as the index keeps them: the trees of a customer's figures are summed up by it each time.
"""

import json
import statistics
import subprocess

from benchkit import BUILT, ROOT, SCRIPTS, WORK, row, run, say

PYTHON = ROOT / ".build-tools/bench-venv"
NOW = 1_795_262_400_000
DAY = 86_400_000
MIDNIGHT = NOW - NOW % DAY


def span(count, unit):
    return {"field": "date", "op": "in_last", "value": {"n": count, "unit": unit}}


def status(*codes):
    return {"field": "status", "op": "in", "value": list(codes)}


# What is asked, as a tree and as SQL, from the easiest to the hardest. The last year began on 22 November 2025.
TREES = {
    "three orders or more": (
        {"field": "orders.count", "op": "gte", "value": 3},
        "SELECT customer_id FROM orders WHERE included = 1 GROUP BY 1 HAVING count(*) >= 3",
    ),
    "in two cities, spent over 100": (
        {"all": [{"field": "customer.city", "op": "in", "value": ["Porto", "Braga"]},
                 {"field": "orders.total", "op": "gt", "value": 100}]},
        "SELECT o.customer_id FROM orders AS o JOIN customer AS c ON c.id = o.customer_id "
        "WHERE o.included = 1 AND c.city IN ('Porto', 'Braga') GROUP BY 1 HAVING sum(o.value_e4) > 1000000",
    ),
    "completed an order in 30 days": (
        {"orders": {"where": {"all": [status("completed"), span(30, "day")]}}},
        "SELECT DISTINCT customer_id FROM orders WHERE status = 'completed' "
        f"AND date_ms BETWEEN {MIDNIGHT - 29 * DAY} AND {NOW}",
    ),
    "100 or more in a year": (
        {"orders": {"where": {"all": [status("completed"), span(1, "year")]},
                    "have": {"measure": "sum", "field": "value", "op": "gte", "value": 100}}},
        f"SELECT customer_id FROM orders WHERE status = 'completed' AND date_ms BETWEEN {MIDNIGHT - 364 * DAY} AND {NOW} "
        "GROUP BY 1 HAVING sum(value_e4) >= 1000000",
    ),
    "two of one product in a line": (
        {"lines": {"where": {"all": [{"field": "product_external_id", "op": "eq", "value": "1007"},
                                     {"field": "cnt", "op": "gte", "value": 2}]}}},
        "SELECT DISTINCT customer_id FROM line WHERE product = '1007' AND count_e6 >= 2000000",
    ),
    "two orders with dear tea": (
        {"orders": {"where": {"all": [status("completed"), {"lines": {"where": {"all": [
            {"field": "product.category", "op": "in", "value": ["black-tea", "green-tea"]},
            {"field": "sum", "op": "gt", "value": 20}]}}}]},
            "have": {"measure": "count", "op": "gte", "value": 2}}},
        "SELECT o.customer_id FROM orders AS o WHERE o.status = 'completed' AND o.id IN (SELECT l.order_id FROM line AS l "
        "JOIN product AS p ON p.external_id = l.product WHERE p.category IN ('black-tea', 'green-tea') "
        "AND l.sum_e4 > 200000) GROUP BY 1 HAVING count(*) >= 2",
    ),
    "cancelled the last order": (
        {"orders": {"pick": "last", "where": status("cancelled")}},
        # In these rows a later order has a greater identifier.
        "SELECT customer_id FROM orders GROUP BY 1 HAVING arg_max(status, id) = 'cancelled'",
    ),
    "median order above 40": (
        {"orders": {"where": status("completed"), "have": {"measure": "median", "field": "value", "op": "gte", "value": 40}}},
        "SELECT customer_id FROM orders WHERE status = 'completed' GROUP BY 1 HAVING median(value_e4) >= 400000",
    ),
}


class Child:
    """A program that answers each line with a line of JSON; its first answer comes by itself."""

    def __init__(self, *words):
        self.process = subprocess.Popen([str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.first = self.answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"error: {self.process.args[0]} ended: its message is above")
        return json.loads(line)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer()

    @property
    def megabytes(self):
        return int(run("ps", "-o", "rss=", "-p", self.process.pid)) / 1024


def python():
    """A Python of the bench's own with DuckDB."""
    wanted, mark = SCRIPTS / "requirements.txt", PYTHON / "requirements.txt"
    if not mark.exists() or mark.read_text() != wanted.read_text():
        say(f"Making the Python environment {PYTHON}")
        run("python3", "-m", "venv", "--clear", PYTHON)
        run(PYTHON / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted)
        mark.write_text(wanted.read_text())
    return PYTHON / "bin/python"


def segments(options):
    customers, orders = options.orders, options.orders * 10
    duckdb = python()
    folder = WORK / "segments"
    folder.mkdir()
    say(f"Building the index of {customers} customers and {orders} orders")
    with Child(BUILT / "reorder-bench", "segments", customers, orders, folder) as index:
        megabytes = index.megabytes
        lines, threads = index.first["lines"], index.first["threads"]
        say(f"{lines} lines; built in {index.first['seconds']:.0f} s, with the rows' files; {index.first['bytes'] / orders:.0f} "
            "bytes an order are counted")
        row(f"memory of the index with {orders} orders, when built", f"{megabytes:.0f} MB", "-", megabytes * 2**20 / orders, 110,
            False, " B/order")
        compare(index, duckdb, folder, threads, options)
        written = index.ask(f"write {folder / 'snapshot'}")["seconds"]
        size = (folder / "snapshot").stat().st_size / 2**20
        row("write the index as a snapshot", f"{size:.0f} MB", "-", written, 30, False, " s")
        start(folder / "snapshot", orders)
        live(index)


def compare(index, duckdb, folder, threads, options):
    say(f"Loading the rows into DuckDB, which gets {threads} thread(s) as the index does")
    ratios = []
    with Child(duckdb, SCRIPTS / "duck.py", folder, threads) as duck:
        for name, (tree, query) in TREES.items():
            asked = f"ask {json.dumps(tree)}"
            answers = [(index.ask(asked), duck.ask(query)) for _ in range(options.rounds)]
            ours, theirs = answers[0]
            if any(ours[key] != theirs[key] for key in ("count", "sum", "parity")):
                raise SystemExit(f"error: {name}: the index finds {ours['count']} customers, DuckDB {theirs['count']}")
            us, them = (statistics.median(answer[side]["seconds"] for answer in answers) * 1000 for side in (0, 1))
            ratios.append(them / us)
            row(f"segment: {name}, {ours['count']} members", f"{us:.2f} ms", f"DuckDB {them:.1f} ms", them / us, 3, True, "×")
        row("segments, the median of these", f"{len(ratios)} trees", "DuckDB " + duck.first["version"],
            statistics.median(ratios), 8, True, "×")


def start(snapshot, orders):
    with Child(BUILT / "reorder-bench", "snapshot", snapshot) as again:
        megabytes = again.megabytes
        row("start from the snapshot", f"{again.first['customers']} customers", "-", again.first["seconds"], 5, False, " s")
        row("memory of the index after that", f"{megabytes:.0f} MB", "-", megabytes * 2**20 / orders, 110, False, " B/order")


def live(index):
    """A hundred live segments: the trees, and each with a bound of the total that differs."""
    trees = [tree for tree, _ in TREES.values()]
    for number in range(100):
        tree = trees[number % len(trees)]
        bound = {"field": "orders.total", "op": "gt", "value": number * 10}
        index.ask(f"segment {json.dumps(tree if number < len(trees) else {'all': [bound, tree]})}")
    applied = index.ask("apply 5000")
    say("Of that, in µs: " + ", ".join(f"{step} {time:.0f}" for step, time in applied["steps"].items()))
    row("apply an order to 100 live segments", f"mean {applied['mean']:.0f}, p99 {applied['p99']:.0f} µs", "-",
        applied["median"], 50, False, " µs")

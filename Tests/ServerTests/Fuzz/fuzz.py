"""Holds a running server to its own /openapi.json: with the examples of the document, then with what schemathesis makes up."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import requests

URL = os.environ["REORDER_TEST_URL"]
KEY = os.environ["REORDER_TEST_KEY"]
CASES = os.environ.get("REORDER_TEST_CASES", "4")
HERE = pathlib.Path(__file__).parent
# What others refer to is made first.
FIRST = ["fields", "order-statuses", "customers", "products", "categories", "orders", "receipts"]
PARAMETER = re.compile(r"\{[a-z_]+\}")

session = requests.Session()
session.headers["Authorization"] = f"Bearer {KEY}"
wrong = []


def make_fields():
    """Makes a custom field of each type on each object, so that the document and the answers have them."""
    choices = {"choice": ["silver", "gold"], "choices": ["red", "green", "blue"]}
    for kind in ["customer", "order", "order_line", "product"]:
        for name in ["string", "integer", "decimal", "boolean", "date", "datetime", "time", "choice", "choices", "url"]:
            field = {"object": kind, "code": f"own_{name}", "name": f"Own {name}", "type": name}
            if name in choices:
                field["choices"] = choices[name]
            answer = session.post(f"{URL}/api/fields", json={"data": {"attributes": field}})
            if answer.status_code != 201:
                wrong.append(f"POST /api/fields {field}: {answer.status_code} {answer.text}")


def check(document, operation, name, answer):
    """Notes what an answer has that the document does not say."""
    described = operation["responses"].get(str(answer.status_code))
    if described is None:
        return wrong.append(f"{name}: {answer.status_code} is not described: {answer.text[:300]}")
    content = described.get("content")
    if content is None:
        if answer.content:
            wrong.append(f"{name}: {answer.status_code} has a body: {answer.text[:300]}")
        return None
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    if kind not in content:
        return wrong.append(f"{name}: {answer.status_code} is {kind}, and not {', '.join(content)}")
    if not kind.endswith("json"):
        return None
    schema = {"components": document["components"], **content[kind]["schema"]}
    for fault in jsonschema.Draft202012Validator(schema).iter_errors(answer.json()):
        wrong.append(f"{name}: {answer.status_code} at /{'/'.join(map(str, fault.absolute_path))}: {fault.message[:300]}")
    return None


def rank(path):
    kind = path.split("/")[2]
    return (FIRST.index(kind) if kind in FIRST else len(FIRST), len(path))


def filled(path):
    """The path with a resource that is there, or None where there is none."""
    if "{" not in path:
        return path
    collection = path[: path.index("/{")]
    answer = session.get(URL + collection, params={"page[size]": 1})
    found = answer.json().get("data") if answer.ok else None
    if not isinstance(found, list) or not found:
        return None
    link = found[0].get("links", {}).get("self") or f"{collection}/{found[0]['id']}"
    rest = path.split("/")[len(link.split("/")) :]
    return None if any(PARAMETER.search(part) for part in rest) else "/".join([link, *rest])


def send_examples(document):
    """Sends each operation as its example has it; what can be read is read after what is written."""
    count = 0
    order = {"post": 0, "patch": 1, "put": 1, "get": 2}
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in order
    ]
    for path, method, operation in sorted(operations, key=lambda each: (order[each[1]], rank(each[0]))):
        address = filled(path)
        if address is None:
            continue
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if method != "get" and "example" not in content:
            continue
        answer = session.request(method, URL + address, json=content.get("example"))
        if path.startswith("/api/fields") and method != "get":
            # Attributes are what the fields are now.
            document["components"] = session.get(f"{URL}/openapi.json").json()["components"]
        check(document, operation, f"{method.upper()} {address}", answer)
        if method == "get" and not answer.ok:
            wrong.append(f"GET {address}: {answer.status_code} {answer.text[:300]}")
        if answer.status_code in (400, 422):
            wrong.append(f"{method.upper()} {address}: the example is refused: {answer.text[:600]}")
        count += 1
    return count


def fuzz():
    """Runs schemathesis over all operations, and returns its summary."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [
                sys.executable, "-m", "schemathesis.cli", "run", f"{URL}/openapi.json", "--no-color",
                "--header", f"Authorization: Bearer {KEY}", "--seed", "1", "--max-examples", CASES,
                "--continue-on-failure", "--warnings", "off", "--request-timeout", "60",
                # Rules that no schema tells are 422, as the document says.
                "--exclude-checks", "positive_data_acceptance",
            ],
            cwd=folder, capture_output=True, text=True,
            env={**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "fuzz_hooks.py"), "PYTHONDONTWRITEBYTECODE": "1"},
        )
    if run.returncode != 0:
        wrong.append(f"schemathesis: {run.stdout[-20_000:]}{run.stderr[-4_000:]}")
    return run.stdout[run.stdout.find("= SUMMARY =") :].split("\n", 1)[-1].strip()


document = session.get(f"{URL}/openapi.json").json()
if "/api/fields" in document["paths"]:
    make_fields()
    document = session.get(f"{URL}/openapi.json").json()
sent = send_examples(document)
print(f"Examples: {sent} sent, {len(wrong)} wrong")
print(fuzz())
for sentence in wrong:
    print(f"WRONG {sentence}")
sys.exit(1 if wrong else 0)

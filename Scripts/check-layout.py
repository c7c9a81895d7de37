#!/usr/bin/env python3
"""Checks the rules of the house that the compiler does not: who imports whom, and what stands where.

Each finding is printed as `file:line: message`; the exit status is 1 when there is one.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The arrows: what each target may import (ARCHITECTURE.md has the picture). A new target needs a line here.
ANYWHERE = {"Foundation", "Synchronization", "Dispatch"}
NIO = {"NIOCore", "NIOPosix", "NIOHTTP1", "NIOFoundationCompat", "NIOConcurrencyHelpers", "NIOEmbedded"}
ARROWS = {
    "Domain": set(),
    "CLibPQ": set(),
    "CXlsxWriter": set(),
    "CZlib": set(),
    "Database": {"CLibPQ", "GRDB", "GRDBSQLite"},
    "Storage": {"Database", "Domain"},
    "Segmentation": {"Domain"},
    "Templating": set(),
    "Delivery": {"AsyncHTTPClient", *NIO},
    "Platform": {
        "Database", "Delivery", "Domain", "Segmentation", "Storage", "CXlsxWriter", "CZlib", "Configuration", "Crypto", "CryptoExtras", "Logging", "Metrics",
        "ServiceLifecycle", "System", "SystemPackage", "Yams",
    },
    "Web": {
        "Domain", "Platform", "Segmentation", "Crypto", "Hummingbird", "HummingbirdCore", "HTTPTypes", "Logging", "Mustache",
        "NIOHTTPTypes", "ServiceLifecycle", *NIO,
    },
    "CLI": {"Domain", "Platform", "Segmentation", "Web", "ArgumentParser", "Hummingbird", "Logging", "ServiceLifecycle", "UnixSignals"},
    "reorder": {"CLI"},
    "ReorderClient": {"FoundationNetworking"},
    "ordering-app": {"ReorderClient"},
    "reorder-bench": {"Domain", "Platform", "Segmentation", "Storage", "GRDBSQLite"},
    "TestSupport": {
        "Database", "Domain", "Platform", "Storage", "Web", "AsyncHTTPClient", "Hummingbird", "HummingbirdTesting",
        "HTTPTypes", "Logging", "Testing", *NIO,
    },
}

MAX_LINES = 400
MEASURED = {".swift", ".sql", ".mustache", ".js", ".css", ".py", ".sh"}

# What Swift sources may not say; the second part is where it may be said all the same.
FORBIDDEN = [
    (r"\bDate\(\)|\bDate\.now\b", "Surroundings.swift", "time is handed in: take it from Surroundings"),
    (r"\bUUID\(\)", "Surroundings.swift", "identifiers are handed in: take them from Surroundings"),
    (r"\.random\b|\bSystemRandomNumberGenerator\b", "Surroundings.swift", "chance is handed in: take it from Surroundings"),
    (r"\btry!", None, "`try!` stops the server: throw instead"),
    (r"\bas!", None, "`as!` stops the server: use `as?` and throw"),
    (r"\bfatalError\b", None, "`fatalError` stops the server: throw instead"),
    (r"@_exported\b", None, "a file imports what it uses: no `@_exported`"),
    (
        r"\bProcessInfo\.processInfo\.environment\b", ("Sources/Platform/Settings", "Sources/TestSupport/"),
        "the environment is read once, by Platform's Settings",
    ),
]
FORBIDDEN = [(re.compile(pattern), place, message) for pattern, place, message in FORBIDDEN]

# What views may not say: the Content-Security-Policy forbids the first three.
FORBIDDEN_IN_VIEWS = [
    (re.compile(r"<script(?![^>]*\bsrc=)", re.I), "no script inside a page: put it in Assets"),
    (re.compile(r"\sstyle=", re.I), "no `style=`: put it in a style sheet in Assets"),
    (re.compile(r"\son[a-z]+=", re.I), "no handler inside a page: attach a controller with data-controller"),
    (re.compile(r"\{\{\{|\{\{&"), "values are always escaped: no `{{{` and no `{{&`"),
]

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)"
)
STRING = re.compile(r'#*"(?:\\.|[^"\\])*"#*')

findings = []


def find(path, line, message):
    findings.append(f"{path.relative_to(ROOT)}:{line}: {message}")


def code_lines(text):
    """Yields (number, line) without comments and without what stands in string literals."""
    in_literal = in_comment = False
    for number, line in enumerate(text.splitlines(), 1):
        if in_comment:
            in_comment = "*/" not in line
            continue
        if '"""' in line:
            # The line that opens or closes a long literal keeps only its code.
            before, _, after = line.partition('"""')
            if '"""' not in after:
                line = after if in_literal else before
                in_literal = not in_literal
        elif in_literal:
            continue
        line = STRING.sub('""', line).split("//")[0]
        if "/*" in line:
            line, _, rest = line.partition("/*")
            in_comment = "*/" not in rest
        yield number, line


def package_targets():
    """Returns the targets as SwiftPM has them, those for measuring too."""
    dump = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, check=True, stdout=subprocess.PIPE,
        env={**os.environ, "REORDER_BENCH": "1"},
    )
    return json.loads(dump.stdout)["targets"]


def declared(target):
    """Returns the modules that the manifest gives a target."""
    return {
        details[0] for dependency in target["dependencies"] for kind, details in dependency.items()
        if kind in ("byName", "product", "target")
    }


def check_target(target):
    name = target["name"]
    manifest = ROOT / "Package.swift"
    is_test = target["type"] == "test"
    if not is_test and name not in ARROWS:
        find(manifest, 1, f"the target {name} is not in the table of Scripts/check-layout.py: say there what it may import")
        return
    allowed = ARROWS.get(name, set())
    if not is_test:
        for module in sorted(declared(target) - allowed - ANYWHERE):
            find(manifest, line_of(manifest, f'"{module}"'), f"{name} may not depend on {module}")
    folder = ROOT / (target.get("path") or f"{'Tests' if is_test else 'Sources'}/{name}")
    for path in sorted(folder.rglob("*.swift")):
        check_imports(path, name, None if is_test else allowed | ANYWHERE | {name})


def line_of(path, text):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if text in line:
            return number
    return 1


def check_imports(path, target, allowed):
    for number, line in code_lines(path.read_text()):
        match = IMPORT.match(line)
        if not match:
            continue
        module = match.group(1)
        if module == "XCTest":
            find(path, number, "tests are written with Swift Testing, not XCTest")
        elif allowed is not None and module not in allowed:
            find(path, number, f"{target} may not import {module}")


def check_source(path):
    name = str(path.relative_to(ROOT))
    for number, line in code_lines(path.read_text()):
        for pattern, place, message in FORBIDDEN:
            if pattern.search(line) and not (place and (path.name == place or name.startswith(place))):
                find(path, number, message)


def check_view(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        for pattern, message in FORBIDDEN_IN_VIEWS:
            if pattern.search(line):
                find(path, number, message)


def check_length(path):
    count = len(path.read_text().splitlines())
    if count > MAX_LINES:
        find(path, MAX_LINES + 1, f"{count} lines, more than {MAX_LINES}: has this file still one job?")


def main():
    for target in package_targets():
        check_target(target)
    for path in sorted((ROOT / "Sources").rglob("*")):
        if path.suffix == ".swift":
            check_source(path)
        elif path.suffix == ".mustache":
            check_view(path)
    for folder in ("Sources", "Tests", "Examples", "Scripts"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in MEASURED and path.is_file() and "Golden" not in path.parts:
                check_length(path)
    for finding in sorted(findings):
        print(finding)
    sys.exit(1 if findings else 0)


main()

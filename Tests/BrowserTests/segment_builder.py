"""What tests of the builder of segments share: its page, what is chosen there, and the tree that comes of it."""

import json
import os
import re
import tempfile

from playwright.sync_api import expect

expect.set_options(timeout=30_000)

SHOTS = os.environ.get("REORDER_TEST_SHOTS") or tempfile.mkdtemp(prefix="reorder-shots-")


def shot(visit, name):
    visit.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def builder(visit, path="/segments/new"):
    visit.go(path)
    visit.page.wait_for_selector("[data-builder][data-ready]")


def tree(page):
    return json.loads(page.locator("#conditions").input_value())


def pick(page, add, search, name, code=""):
    """Adds a condition: opens the picker, searches, and takes what is called so."""
    add.click()
    page.locator("#picker-search").fill(search)
    called = re.compile(rf"^{re.escape(name)}\s*{re.escape(code)}$")
    page.locator(".picker-option", has=page.locator(".picker-name", has_text=called)).click()


def count(page):
    return int(page.locator("[data-fragment=preview] [data-count]").inner_text().replace(",", ""))

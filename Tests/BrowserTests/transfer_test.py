"""Brings files in and out as a person does: dropped, mapped, checked, imported, undone; exported and downloaded."""

import csv
import gzip
import re
import os
import tempfile
from pathlib import Path

import openpyxl
from playwright.sync_api import expect, sync_playwright

from pages import URL, Visit, set_up, start

expect.set_options(timeout=30_000)

SHOTS = os.environ.get("REORDER_TEST_SHOTS") or tempfile.mkdtemp(prefix="reorder-shots-")
FILES = Path(tempfile.mkdtemp(prefix="reorder-files-"))

MARCH = """Order no;Who;Worth;Town;Comment
M-1;C1001;12,50;Porto;first
M-2;C1001;much;Braga;a broken row
M-3;C1002;30,00;Faro;=1+1
S100001;C1001;99,00;Évora;known already
"""


def shot(visit, name):
    visit.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def wait_for_state(page, state):
    expect(page.locator(".card-header .chip").first).to_have_text(state)


def import_a_file(visit):
    page = visit.page
    visit.go("/transfers")
    expect(page.get_by_role("heading", level=1)).to_have_text("Imports and exports")
    shot(visit, "transfers-empty")
    path = FILES / "march.csv"
    path.write_text(MARCH, encoding="utf-8")
    page.set_input_files("input[type=file]", path)
    expect(page.locator("[data-chosen]")).to_have_text("march.csv")
    page.get_by_role("button", name="Send file").click()
    page.wait_for_url("**/imports/*")
    visit.look()
    expect(page.get_by_label("Order no")).to_have_value("number")
    for column, path in {"Order no": "external_id", "Who": "client_external_id", "Worth": "items_sum", "Town": "delivery.city"}.items():
        page.get_by_label(column, exact=True).select_option(path)
    page.get_by_label("Comment", exact=True).select_option("delivery.note")
    shot(visit, "import-mapping")
    # Numbers with commas are none until it is said that they are.
    page.get_by_role("button", name="Check without storing").click()
    wait_for_state(page, "Checked")
    expect(page.locator(".run-facts")).to_contain_text("Refused4")
    page.get_by_label("Decimals are written with a comma").check()
    page.get_by_role("button", name="Check without storing").click()
    expect(page.locator(".run-facts")).to_contain_text("Would be new2")
    expect(page.locator(".run-facts")).to_contain_text("Would change1")
    expect(page.locator("tr", has_text="delivery.city").first).to_contain_text("Évora")
    visit.look()
    shot(visit, "import-checked")
    page.get_by_role("button", name="Import", exact=True).click()
    wait_for_state(page, "Done")
    expect(page.locator(".run-facts")).to_contain_text("New2")
    visit.look()
    shot(visit, "import-done")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all").click()
    with open(download.value.path(), newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[0][0] == "import_error" and rows[1][1:3] == ["M-2", "C1001"], rows


def undo_it(visit):
    page = visit.page
    address = page.url
    page.get_by_role("link", name="Undo import").click()
    expect(page.locator("dialog")).to_contain_text("2 orders it made will be deleted")
    shot(visit, "import-undo")
    page.locator("dialog button", has_text="Undo import").click()
    wait_for_state(page, "Undone")
    expect(page.locator(".run-facts")).to_contain_text("Deleted2")
    expect(page.locator(".run-facts")).to_contain_text("Put back1")
    assert page.url == address, page.url
    visit.go("/orders?q=M-1")
    expect(page.get_by_role("heading", name="No orders match")).to_be_visible()
    visit.go("/transfers")
    expect(page.locator("tr", has_text="march.csv")).to_contain_text("Undone")
    visit.look()
    shot(visit, "transfers")


def broken_files(visit):
    page = visit.page
    for name, content, words in [
        ("empty.csv", b"", "The file is empty"), ("book.xlsx", b"PK\x03\x04rest", "Excel file"),
        ("cut.csv.gz", gzip.compress(b"external_id\n1\n")[:12], "ends"),
    ]:
        visit.go("/transfers")
        path = FILES / name
        path.write_bytes(content)
        page.set_input_files("input[type=file]", path)
        page.get_by_role("button", name="Send file").click()
        expect(page.locator(".toast-error")).to_contain_text(words)


def export_a_list(visit):
    page = visit.page
    visit.go("/orders?payment_status_code=paid")
    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New export")
    expect(page.locator(".filter-chip")).to_contain_text("paid")
    visit.look()
    shot(visit, "export-new")
    page.get_by_label("Excel", exact=True).check()
    page.get_by_role("button", name="Move Number up").first.click()
    page.get_by_role("button", name="Export", exact=True).click()
    wait_for_state(page, "Ready")
    visit.look()
    shot(visit, "export-ready")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.startswith("orders-"), download.value.suggested_filename
    path = FILES / "orders.xlsx"
    download.value.save_as(path)
    sheet = openpyxl.load_workbook(path, read_only=True).active
    rows = [row for row in sheet.iter_rows(values_only=True)]
    assert rows[0][:2] == ("number", "external_id"), rows[0]
    place = rows[0].index("payment.status_code")
    assert len(rows) > 100 and {row[place] for row in rows[1:]} == {"paid"}, len(rows)
    page.get_by_role("button", name="Delete file").click()
    wait_for_state(page, "Expired")
    visit.go("/exports/new?object=customers")
    page.get_by_role("button", name="Export", exact=True).click()
    wait_for_state(page, "Ready")


def small_and_dark(visit, browser):
    small = Visit(
        browser, viewport={"width": 360, "height": 740}, color_scheme="dark", storage_state=visit.context.storage_state()
    )
    for path in ("/transfers", "/exports/new?object=order_lines", visit.page.url.removeprefix(URL)):
        small.go(path)
        small.page.screenshot(path=f"{SHOTS}/small-transfers-{len(path)}.png", full_page=True)
    visit.errors += small.errors
    small.context.close()


def without_scripts(visit, browser):
    plain = Visit(browser, java_script_enabled=False, storage_state=visit.context.storage_state())
    page = plain.page
    page.goto(URL + "/transfers")
    path = FILES / "plain.csv"
    path.write_text("external_id,client_external_id\nP-1,C1001\n")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Send file").click()
    expect(page.get_by_label("external_id", exact=True)).to_have_value("external_id")
    page.get_by_role("button", name="Import", exact=True).click()
    for _ in range(200):
        if page.locator(".card-header .chip").first.inner_text() == "Done":
            break
        page.wait_for_timeout(100)
        page.reload()
    expect(page.locator(".run-facts")).to_contain_text("New1")
    answer = plain.context.request.post(
        URL + "/imports", multipart={"_csrf": "forged", "file": {"name": "x.csv", "mimeType": "text/csv", "buffer": b"external_id\n1\n"}}
    )
    assert answer.status == 403, answer.status
    plain.context.close()


with sync_playwright() as playwright:
    browser = start(playwright)
    visit = Visit(browser)
    set_up(visit, sample=True)
    import_a_file(visit)
    undo_it(visit)
    broken_files(visit)
    export_a_list(visit)
    small_and_dark(visit, browser)
    without_scripts(visit, browser)
    browser.close()

# What a browser reports by itself of an answer that is meant to be an error.
faults = [error for error in visit.errors if not (re.search(r"/(imports|transfers)", error) and "422" in error)]
print(f"pictures are in {SHOTS}")
assert not faults, "\n".join(["The pages have faults:", *faults])

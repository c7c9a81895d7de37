"""Goes through the pages of customers: list, profile, form, merge, erase, export."""

import json
import os
import re
import tempfile
import urllib.request

from playwright.sync_api import expect, sync_playwright

from pages import URL, Visit, make_key, post_order, set_up, start

# The other tests share the machine with the browser, so a page may take its time.
expect.set_options(timeout=30_000)

SHOTS = os.environ.get("REORDER_TEST_SHOTS") or tempfile.mkdtemp(prefix="reorder-shots-")


def shot(visit, name):
    visit.page.screenshot(path=f"{SHOTS}/customers-{name}.png")


def toast(visit, text):
    expect(visit.page.locator(".toast", has_text=text)).to_be_visible()
    visit.page.locator(".toast button").first.click()


def api(key, method, path, attributes):
    request = urllib.request.Request(
        URL + path, method=method, data=json.dumps({"data": {"attributes": attributes}}).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return response.status


def finding(visit):
    page = visit.page
    visit.go("/customers")
    expect(page.locator("tbody.rows tr")).to_have_count(50)
    page.fill("input[name=q]", "ÁNA test")
    expect(page.locator("tbody.rows tr")).to_have_count(2)
    page.fill("input[name=q]", "+351 (912) 345-678")
    expect(page.locator("tbody.rows tr")).to_have_count(1)
    assert "q=" in page.url, page.url
    page.fill("input[name=q]", "")
    page.locator("summary", has_text="Orders").click()
    page.select_option("#has_orders", "yes")
    expect(page.locator(".filter-chip", has_text="with")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("thead a", has_text="Total").click()
    page.wait_for_url("**sort=-orders.total**")
    page.locator("summary", has_text="Columns").click()
    page.get_by_label("Birth date").check()
    page.click("text=Show these")
    expect(page.locator("thead th", has_text="Birth date")).to_be_visible()
    visit.look()
    shot(visit, "list")
    visit.go("/customers?created_from=spring&page=999")
    expect(page.locator(".filter-chip", has_text="is ignored")).to_be_visible()
    visit.go("/customers?q=nobody-by-this-name")
    expect(page.get_by_role("heading", name="No customers match")).to_be_visible()


def profile(visit):
    page = visit.page
    visit.go("/customers?q=web-ana")
    page.locator("tbody.rows a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Testova")
    expect(page.locator(".totals")).to_contain_text("€40.20")
    visit.look()
    page.click("#tab-orders")
    page.locator(".fold summary").first.click()
    expect(page.locator(".fold-body").first).to_contain_text("web-order-1")
    visit.look()
    shot(visit, "orders")
    page.click("#tab-activity")
    expect(page.locator(".timeline li").first).to_contain_text("Order registered")
    visit.look()
    page.locator(".timeline a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("web-order-1")
    page.locator(".order-sub a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Testova")


def changing(visit):
    page = visit.page
    page.locator("a", has_text="Edit").click()
    page.locator("[id='email']").fill("not an email")
    with page.expect_response(lambda response: response.status == 422):
        page.get_by_role("button", name="Save customer").click()
    expect(page.locator(".form-errors")).to_contain_text("Email: This must be an e-mail address")
    visit.look()
    page.locator("[id='email']").fill("ana.testova@example.com")
    page.locator("[id='consents.email']").select_option("subscribed")
    page.get_by_role("button", name="Save customer").click()
    toast(visit, "The customer is saved.")
    expect(page.locator(".profile .chip").first).to_have_text("Subscribed")
    page.click("#tab-activity")
    expect(page.locator(".timeline li").first).to_contain_text("Profile changed")
    expect(page.locator(".timeline li").first).to_contain_text("by mara@larkspur.example")


def adding(visit):
    page = visit.page
    visit.go("/customers/new")
    page.fill("#external_id", "web-ana")
    page.get_by_role("button", name="Add customer").click()
    expect(page.locator(".form-errors")).to_contain_text("There is a customer with this id already")
    page.fill("#external_id", "hand/1 ä")
    page.fill("#first_name", "Anabel")
    page.get_by_role("button", name="Add customer").click()
    toast(visit, "The customer is added.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Anabel")


def merging(visit):
    page = visit.page
    page.locator(".customer-head a", has_text="Merge").click()
    page.fill("#merge-q", "web-ana")
    page.locator("dialog button", has_text="Search").click()
    page.locator("dialog .pick-list a").first.click()
    expect(page.locator("dialog .merge-table")).to_contain_text("ana.testova@example.com")
    shot(visit, "merge")
    page.locator("dialog button", has_text="Merge into").click()
    toast(visit, "The customers are merged.")
    expect(page.locator(".order-sub")).to_contain_text("also known as hand/1 ä")
    visit.go("/customers/by-id/hand%2F1%20%C3%A4")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Testova")


def exporting(visit):
    page = visit.page
    with page.expect_download() as download:
        page.get_by_role("link", name="Export", exact=True).click()
    assert download.value.suggested_filename == "customer-web-ana.json", download.value.suggested_filename
    with open(download.value.path()) as file:
        held = json.load(file)["data"]["attributes"]
    assert held["customer"]["email"] == "ana.testova@example.com", held
    assert [order["attributes"]["external_id"] for order in held["orders"]] == ["web-order-1"], held


def small_and_dark(visit, browser):
    small = Visit(
        browser, viewport={"width": 360, "height": 740}, color_scheme="dark", storage_state=visit.context.storage_state()
    )
    base = "/customers/by-id/web-ana"
    for path in ("/customers", base, base + "?tab=activity", base + "?tab=orders", base + "/edit", base + "/merge?q=a",
                 base + "/merge?into=C1001", base + "/erase", "/customers/new"):
        small.go(path)
        shot(small, "small" + re.sub(r"\W+", "-", path))
    visit.errors += small.errors
    small.context.close()


def without_scripts(visit, browser):
    plain = Visit(browser, java_script_enabled=False, storage_state=visit.context.storage_state())
    page = plain.page
    page.goto(URL + "/customers/by-id/C1002/merge")
    page.fill("#merge-q", "C1003")
    page.get_by_role("button", name="Search").click()
    page.locator(".pick-list a").first.click()
    page.get_by_role("button", name="Merge into").click()
    expect(page.locator(".toast")).to_contain_text("The customers are merged.")
    plain.context.close()


def erasing(visit):
    page = visit.page
    visit.go("/customers/by-id/web-ana")
    page.locator(".customer-head a", has_text="Erase").click()
    page.locator("dialog #confirm").fill("somebody else")
    page.locator("dialog button", has_text="Erase for good").click()
    expect(page.locator("dialog")).to_contain_text("Write the id as it stands above.")
    page.locator("dialog #confirm").fill("web-ana")
    shot(visit, "erase")
    page.locator("dialog button", has_text="Erase for good").click()
    page.wait_for_url("**/customers")
    toast(visit, "The customer is erased.")
    visit.go("/orders/by-id/web-order-1")
    expect(page.locator("main")).to_contain_text("This customer was erased.")
    visit.go("/orders?q=web-order-1")
    expect(page.locator("tbody.rows tr").first).to_contain_text("Erased customer")


# What a browser reports by itself of an answer that is meant to be an error.
MEANT = re.compile(r"/(edit|new)\b.*status of 422")

with sync_playwright() as playwright:
    browser = start(playwright)
    visit = Visit(browser, accept_downloads=True)
    set_up(visit, sample=True)
    key = make_key()
    api(key, "POST", "/api/customers", {"external_id": "web-ana", "first_name": "Ana", "last_name": "Testova", "phone": "+351912345678"})
    api(key, "POST", "/api/customers", {"external_id": "web-other", "first_name": "Ána", "last_name": "Testa"})
    post_order(key, {"external_id": "web-order-1", "client_external_id": "web-ana", "items_sum": 40.2, "status_code": "completed",
                     "items": [{"external_id": "1", "product_external_id": "1001", "cnt": 2, "sum": 40.2}]})
    finding(visit)
    profile(visit)
    changing(visit)
    adding(visit)
    merging(visit)
    exporting(visit)
    small_and_dark(visit, browser)
    without_scripts(visit, browser)
    erasing(visit)
    browser.close()

faults = [error for error in visit.errors if not MEANT.search(error)]
print(f"pictures are in {SHOTS}")
assert not faults, "\n".join(["The pages have faults:", *faults])

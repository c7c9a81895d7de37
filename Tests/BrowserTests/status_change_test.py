"""Changes the status of many orders: of those chosen in the list, and of all that it shows."""

import os
import re
import tempfile

from playwright.sync_api import expect, sync_playwright

from pages import URL, Visit, set_up, start

# The other tests share the machine with the browser, so a page may take its time.
expect.set_options(timeout=30_000)

SHOTS = os.environ.get("REORDER_TEST_SHOTS") or tempfile.mkdtemp(prefix="reorder-shots-")


def shot(visit, name):
    visit.page.screenshot(path=f"{SHOTS}/{name}.png")


def toast(visit, text):
    expect(visit.page.locator(".toast", has_text=text)).to_be_visible()
    visit.page.locator(".toast button").first.click()


def chosen_orders(visit):
    page = visit.page
    visit.go("/orders?status_code=in_progress")
    expect(page.locator(".bulk")).to_be_hidden()
    chosen = [page.locator("tbody.rows tr").nth(place).get_attribute("data-id") for place in range(2)]
    for order in chosen:
        page.locator(f'tr[data-id="{order}"] .is-choice input').check()
    expect(page.locator("[data-chosen]")).to_have_text("2 chosen")
    visit.look()
    shot(visit, "chosen")
    page.locator("#bulk-change").select_option("general:cancelled")
    page.get_by_role("button", name="Change chosen").click()
    toast(visit, "The chosen orders have the status now.")
    assert page.url.endswith("/orders?status_code=in_progress"), page.url
    for order in chosen:
        expect(page.locator(f'tr[data-id="{order}"]')).to_have_count(0)
    return chosen


def all_orders(visit):
    page = visit.page
    page.locator("[data-choose-all]").check()
    page.get_by_role("link", name=re.compile("Change all")).click()
    expect(page.locator("dialog h2")).to_have_text(re.compile(r"Change the status of \d+ orders?"))
    expect(page.locator("dialog .filter-chip")).to_contain_text("In progress")
    page.locator("dialog button[type=submit]").click()
    expect(page.locator("dialog .form-errors")).to_contain_text("Choose the status")
    page.locator("dialog select").select_option("payment:refunded")
    shot(visit, "change-all")
    page.locator("dialog button[type=submit]").click()
    page.wait_for_url("**/imports/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment → Refunded")
    expect(page.locator(".chip", has_text="Done")).to_be_visible(timeout=60_000)
    visit.look()
    shot(visit, "changed-all")
    page.locator("a", has_text="Undo change").click()
    page.locator("dialog button", has_text="Undo change").click()
    expect(page.locator(".chip", has_text="Undone")).to_be_visible(timeout=60_000)


def without_scripts(visit, browser, order):
    plain = browser.new_context(java_script_enabled=False, storage_state=visit.context.storage_state())
    page = plain.new_page()
    page.goto(URL + "/orders?status_code=cancelled")
    page.locator(f'tr[data-id="{order}"] .is-choice input').check()
    page.locator("#bulk-change").select_option("general:in_progress")
    page.get_by_role("button", name="Change chosen").click()
    expect(page.locator(".toast")).to_contain_text("The chosen orders have the status now.")
    expect(page.locator(f'tr[data-id="{order}"]')).to_have_count(0)
    plain.close()


def nothing_found(visit):
    visit.go("/orders?q=nobody-by-this-name")
    expect(visit.page.locator(".bulk")).to_have_count(0)


def small(visit, browser):
    small = Visit(
        browser, viewport={"width": 360, "height": 740}, color_scheme="dark", storage_state=visit.context.storage_state()
    )
    small.go("/orders")
    small.page.locator("tbody .is-choice input").first.check()
    expect(small.page.locator(".bulk")).to_be_visible()
    small.look()
    shot(small, "chosen-small")
    small.go("/orders/statuses/all")
    visit.errors += small.errors
    small.context.close()


with sync_playwright() as playwright:
    browser = start(playwright)
    visit = Visit(browser)
    set_up(visit, sample=True)
    chosen = chosen_orders(visit)
    all_orders(visit)
    without_scripts(visit, browser, chosen[0])
    nothing_found(visit)
    small(visit, browser)
    browser.close()

# What a browser reports by itself of an answer that is meant to be an error.
MEANT = re.compile(r"status of 422")
faults = [error for error in visit.errors if not MEANT.search(error)]
print(f"pictures are in {SHOTS}")
assert not faults, "\n".join(["The pages have faults:", *faults])

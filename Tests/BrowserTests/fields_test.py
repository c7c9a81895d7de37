"""Fields in the browser: made, put in order by keyboard and by drag, filled in, shown and deleted."""

import os
import tempfile

from playwright.sync_api import expect, sync_playwright

from pages import URL, Visit, set_up, start

expect.set_options(timeout=30_000)

SHOTS = os.environ.get("REORDER_TEST_SHOTS") or tempfile.mkdtemp(prefix="reorder-shots-")


def shot(visit, name):
    visit.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def toast(visit, text):
    expect(visit.page.locator(".toast", has_text=text)).to_be_visible()
    visit.page.locator(".toast button").first.click()


def add(visit, name, kind, **more):
    page = visit.page
    page.get_by_role("link", name="Add field").first.click()
    dialog = page.locator("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.locator("[name=type]").select_option(kind)
    for key, value in more.items():
        field = dialog.locator(f"[name={key}]")
        field.check() if value is True else field.fill(value)
    visit.look()
    shot(visit, f"field-{kind}")
    dialog.get_by_role("button", name="Add field").click()
    toast(visit, "The field is added.")


def names(page, card):
    return page.locator(f"{card} .sort-row").evaluate_all("rows => rows.map((row) => row.dataset.name)")


def making(visit):
    page = visit.page
    visit.go("/settings")
    page.locator("main a", has_text="Fields").click()
    visit.look()
    page.get_by_role("navigation", name="Objects").get_by_role("link", name="Orders").click()
    page.wait_for_url("**/settings/fields/order")
    page.get_by_role("link", name="Add field").first.click()
    page.locator("dialog [name=name]").fill("Order number")
    expect(page.locator("dialog [name=code]")).to_have_value("order_number")
    page.locator("dialog [name=code]").fill("number")
    expect(page.locator("dialog [name=choices]")).to_be_hidden()
    page.locator("dialog").get_by_role("button", name="Add field").click()
    expect(page.locator("dialog")).to_contain_text("means something else already")
    page.locator("dialog").get_by_role("link", name="Cancel").click()
    add(visit, "Gift wrap", "choice", choices="None\nPaper\nBox", group="Wrapping", default="Paper")
    add(visit, "Weight", "decimal", min="0", description="In kilograms.")
    add(visit, "Promised", "date", required=True)
    add(visit, "Labels", "choices", choices="Fragile\nUrgent")


def ordering(visit):
    page = visit.page
    custom = "section:has(#custom-title)"
    expect(page.locator(f"{custom} .sort-row")).to_have_count(4)
    handle = page.get_by_role("button", name="Move Promised", exact=True)
    handle.focus()
    with page.expect_response(lambda response: response.url.endswith("/order")):
        page.keyboard.press("ArrowUp")
    expect(page.locator(f"{custom} [data-sort-status]")).to_have_text("Promised: place 2 of 4.")
    with page.expect_response(lambda response: response.url.endswith("/order")):
        page.keyboard.press("Home")
    page.reload()
    assert names(page, custom) == ["Promised", "Gift wrap", "Weight", "Labels"], names(page, custom)
    grip = page.get_by_role("button", name="Move Labels", exact=True).bounding_box()
    target = page.locator("#field-gift_wrap").bounding_box()
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 8, target["y"] + 30, steps=5)
    with page.expect_response(lambda response: response.url.endswith("/order")):
        page.mouse.move(grip["x"] + 8, target["y"] + 4, steps=5)
        page.mouse.up()
    page.reload()
    assert names(page, custom) == ["Promised", "Labels", "Gift wrap", "Weight"], names(page, custom)
    page.locator("#field-weight").get_by_role("button", name="Move Weight up").click()
    expect(page.locator(f"{custom} .sort-row").nth(2)).to_have_attribute("data-name", "Weight")
    shot(visit, "fields")


def profile(visit):
    page = visit.page
    card = "#profile-card"
    before = names(page, card)
    handle = page.get_by_role("button", name="Move Number in the profile")
    handle.focus()
    with page.expect_response(lambda response: response.url.endswith("/profile")):
        page.keyboard.press("ArrowUp")
    page.reload()
    assert names(page, card) == [before[1], before[0], *before[2:]], names(page, card)
    page.get_by_role("button", name="Take Number out of the profile").click()
    expect(page.locator(f"{card} .sort-row")).to_have_count(len(before) - 1)
    page.locator("#added").select_option("card")
    page.get_by_role("button", name="Add to profile").click()
    expect(page.locator(f"{card} .sort-row").last).to_have_attribute("data-name", "Loyalty card")
    page.get_by_role("button", name="Back to the usual").click()
    toast(visit, "usual fields again")


def filling(visit):
    page = visit.page
    visit.go("/orders/new")
    page.fill("#client_external_id", "C1001")
    page.fill("#external_id", "wrapped")
    expect(page.locator("#gift_wrap")).to_have_value("Paper")
    page.fill("[id=weight]", "-1")
    page.get_by_role("button", name="Add order", exact=True).click()
    expect(page.locator(".form-errors")).to_contain_text("Promised: This is required.")
    expect(page.locator(".form-errors")).to_contain_text("Weight: This must be at least 0.")
    shot(visit, "add-order")
    page.fill("#weight", "2.5")
    page.fill("#promised", "2026-12-24")
    page.get_by_label("Fragile").check()
    page.get_by_role("button", name="Add order", exact=True).click()
    toast(visit, "The order is added.")
    expect(page.locator("section", has=page.get_by_role("heading", name="Wrapping"))).to_contain_text("Paper")
    expect(page.locator("section", has=page.get_by_role("heading", name="Custom fields"))).to_contain_text("24 December 2026")
    visit.look()
    shot(visit, "order-fields")
    visit.go("/orders")
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="Gift wrap").check()
    page.click("text=Show these")
    expect(page.locator("thead th", has_text="Gift wrap")).to_be_visible()
    expect(page.locator('tr[data-id="wrapped"]')).to_contain_text("Paper")


def deleting(visit):
    page = visit.page
    visit.go("/settings/fields/order")
    page.get_by_role("link", name="Edit Weight").click()
    expect(page.locator("dialog [name=code]")).to_have_attribute("readonly", "")
    page.locator("dialog [name=name]").fill("Net weight")
    page.locator("dialog").get_by_role("button", name="Save field").click()
    toast(visit, "The field is saved.")
    page.get_by_role("link", name="Delete Net weight").click()
    expect(page.locator("dialog")).to_contain_text("1 object")
    shot(visit, "field-delete")
    page.locator("dialog").get_by_role("button", name="Delete field").click()
    toast(visit, "The field is deleted")
    expect(page.locator("#field-weight")).to_have_count(0)


def small_and_plain(visit, browser):
    small = Visit(
        browser, viewport={"width": 360, "height": 740}, color_scheme="dark", storage_state=visit.context.storage_state()
    )
    for path in ("/settings/fields", "/settings/fields/order", "/settings/fields/order/new", "/orders/by-id/wrapped", "/orders/new"):
        small.go(path)
        small.page.screenshot(path=f"{SHOTS}/small{path.replace('/', '-')}.png", full_page=True)
    visit.errors += small.errors
    small.context.close()
    plain = Visit(browser, java_script_enabled=False, storage_state=visit.context.storage_state())
    page = plain.page
    page.goto(URL + "/settings/fields/order")
    page.get_by_role("button", name="Move Gift wrap up", exact=True).click()
    assert names(page, "section:has(#custom-title)")[1] == "Gift wrap"
    page.get_by_role("button", name="Move Date down in the profile").click()
    expect(page.get_by_role("button", name="Back to the usual")).to_be_visible()
    plain.context.close()


with sync_playwright() as playwright:
    browser = start(playwright)
    visit = Visit(browser)
    set_up(visit, sample=True)
    making(visit)
    ordering(visit)
    profile(visit)
    filling(visit)
    deleting(visit)
    small_and_plain(visit, browser)
    browser.close()

# What a browser reports by itself of an answer that is meant to be an error.
faults = [error for error in visit.errors if "status of 422" not in error]
print(f"pictures are in {SHOTS}")
assert not faults, "\n".join(["The pages have faults:", *faults])

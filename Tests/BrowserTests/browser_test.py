"""Goes through every page of the web application and does its main task."""

import os
import re
import tempfile

from playwright.sync_api import expect, sync_playwright

from pages import URL, Visit, make_key, post, post_order, set_up, start

# The other tests share the machine with the browser, so a page may take its time.
expect.set_options(timeout=30_000)

SHOTS = os.environ.get("REORDER_TEST_SHOTS") or tempfile.mkdtemp(prefix="reorder-shots-")


def shot(visit, name):
    visit.page.screenshot(path=f"{SHOTS}/{name}.png")


def toast(visit, text):
    expect(visit.page.locator(".toast", has_text=text)).to_be_visible()
    visit.page.locator(".toast button").first.click()


def first_run(visit):
    set_up(visit, sample=True)
    toast(visit, "made-up shop")
    expect(visit.page.locator("tbody.rows tr")).to_have_count(50)
    visit.look()


def picture(visit):
    page = visit.page
    expect(page.locator("[data-live-indicator]")).to_have_attribute("data-state", "live")
    page.mouse.move(0, 0)
    shot(visit, "orders")
    if os.environ.get("REORDER_WRITE_DOCS") == "1":
        page.screenshot(path=os.environ["REORDER_TEST_PICTURE"])


def order_arrives(visit, key):
    page = visit.page
    customer = page.locator("tbody.rows tr .is-customer .cell-detail").first.inner_text()
    assert post_order(key, {"external_id": "web-1", "number": "W-1", "client_external_id": customer, "items_sum": 1234.5}) == 201
    row = page.locator('tr[data-id="web-1"]')
    expect(row).to_be_visible(timeout=10_000)
    expect(row).to_have_class(re.compile("is-changed"))
    expect(row).to_contain_text("€1,234.50")
    expect(page.locator(".totals dd").first).to_have_text("2,001")


def filters(visit):
    page = visit.page
    page.fill("input[name=q]", "W-1")
    expect(page.locator("tbody.rows tr")).to_have_count(1)
    assert "q=W-1" in page.url, page.url
    page.fill("input[name=q]", "")
    page.locator("form.filters summary", has_text="Status").click()
    page.locator("form.filters").get_by_label("Cancelled").check()
    expect(page.locator(".filter-chip", has_text="Cancelled")).to_be_visible()
    for chip in page.locator("tbody.rows td[data-label=Status]").all():
        expect(chip).to_have_text("Cancelled")
    shot(visit, "filtered")
    page.keyboard.press("Escape")
    page.locator("a", has_text="Clear all").click()
    visit.go("/orders?total_from=much&page=99999")
    expect(page.locator(".filter-chip", has_text="is ignored")).to_be_visible()
    expect(page.locator(".pager [aria-current=page]")).to_have_text("41")
    visit.go("/orders?sort=-total")
    expect(page.locator("tbody.rows tr").first).to_contain_text("W-1")
    visit.go("/orders?q=nobody-by-this-name")
    expect(page.get_by_role("heading", name="No orders match")).to_be_visible()


def columns(visit):
    page = visit.page
    visit.go("/orders")
    page.locator("summary", has_text="Columns").click()
    page.get_by_label("City").check()
    page.click("text=Show these")
    expect(page.locator("thead th", has_text="City")).to_be_visible()
    page.locator("summary", has_text="Columns").click()
    page.click("text=Reset")
    expect(page.locator("thead th", has_text="City")).to_have_count(0)


def status_in_place(visit):
    page = visit.page
    page.locator('tr[data-id="web-1"] a').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("W-1")
    visit.look()
    page.locator("#change-payment_status_code").click()
    page.locator("details[open] button", has_text="Paid").click()
    toast(visit, "The status is changed.")
    expect(page.locator("#change-payment_status_code")).to_contain_text("Paid")
    moment = page.locator(".timeline li").first
    expect(moment).to_contain_text("Payment changed")
    expect(moment).to_contain_text("by mara@larkspur.example")
    expect(page.locator(".tag-good", has_text="Included")).to_be_visible()
    shot(visit, "order")
    page.click("#tab-metadata")
    expect(page.locator("#order-panel")).to_contain_text("no metadata")
    page.click("#tab-activity")


def order_follows(visit, key):
    post_order(key, {"external_id": "web-1", "delivery": {"city": "Aveiro"}, "metadata": {"source": "test"}})
    expect(visit.page.locator(".timeline li").first).to_contain_text("Aveiro", timeout=10_000)
    expect(visit.page.locator(".facts", has_text="Aveiro")).to_be_visible()


def order_by_hand(visit):
    page = visit.page
    visit.go("/orders/new")
    page.locator("[id='items_sum']").fill("much")
    with visit.page.expect_response(lambda response: response.status == 422):
        page.get_by_role("button", name="Add order", exact=True).click()
    expect(page.locator(".form-errors")).to_contain_text("Customer id: Name the customer.")
    expect(page.locator(".form-errors")).to_contain_text("Order value: This must be a number")
    visit.look()
    page.fill("#client_external_id", "C1001")
    page.fill("#external_id", "web-1")
    page.locator("[id='items_sum']").fill("40.20")
    page.locator("[id='lines.0.product_external_id']").fill("1001")
    page.locator("[id='lines.0.cnt']").fill("2")
    page.locator("[id='status_code']").select_option("accepted")
    page.get_by_role("button", name="Add order", exact=True).click()
    expect(page.locator(".form-errors")).to_contain_text("There is an order with this id already")
    page.fill("#external_id", "hand/1 ä")
    page.get_by_role("button", name="Add order", exact=True).click()
    toast(visit, "The order is added.")
    expect(page.get_by_role("heading", level=1)).to_have_text("hand/1 ä")
    expect(page.locator(".order-total")).to_have_text("€40.20")
    visit.look()


def deletion(visit):
    page = visit.page
    page.locator("a", has_text="Delete").click()
    expect(page.locator("dialog")).to_contain_text("Delete order hand/1 ä?")
    shot(visit, "delete")
    page.locator("dialog button", has_text="Delete order").click()
    page.wait_for_url("**/orders")
    toast(visit, "The order is deleted.")
    expect(page.locator('tr[data-id="hand/1 ä"]')).to_have_count(0)


def settings(visit):
    page = visit.page
    visit.go("/settings")
    page.locator("main a", has_text="Order statuses").click()
    visit.look()
    page.get_by_role("link", name="Add status").first.click()
    page.locator("dialog [name=name]").fill("Ready to pack")
    expect(page.locator("dialog [name=code]")).to_have_value("ready_to_pack")
    page.locator("dialog [name=code]").fill("accepted")
    page.locator("dialog button", has_text="Add status").click()
    expect(page.locator("dialog")).to_contain_text("Another general status has this code.")
    page.locator("dialog [name=code]").fill("ready")
    page.locator("dialog .swatch").nth(5).click()
    shot(visit, "status")
    page.locator("dialog button", has_text="Add status").click()
    toast(visit, "The status is added.")
    row = page.locator("tr", has_text="Ready to pack")
    row.get_by_role("button", name="Move Ready to pack up").click()
    expect(page.locator("section", has=page.locator("#group-general")).locator("tbody tr").nth(4)).to_contain_text("Ready to pack")
    row.get_by_role("link", name="Edit Ready to pack").click()
    page.locator("dialog [name=name]").fill("Packed")
    page.locator("dialog button", has_text="Save status").click()
    toast(visit, "The status is saved.")
    row = page.locator("tr", has_text="Packed")
    row.locator("summary").click()
    row.locator("a", has_text="Delete").click()
    page.locator("dialog button", has_text="Delete status").click()
    toast(visit, "The status is deleted.")
    page.check("#count-general")
    page.click("text=Save rules")
    toast(visit, "The rules are saved.")
    expect(page.locator("#count-general")).to_be_checked()
    shot(visit, "settings")


def features(visit):
    page = visit.page
    visit.go("/settings")
    page.locator("main a", has_text="Features").click()
    visit.look()
    page.get_by_label("Orders").uncheck()
    page.click("text=Save features")
    toast(visit, "The features are saved.")
    shot(visit, "features")
    expect(page.locator("nav[aria-label=Main] a", has_text="Orders")).to_have_count(0)
    expect(page.locator("nav[aria-label=Settings] a", has_text="Order statuses")).to_have_count(0)
    page.goto(URL + "/orders")
    expect(page.get_by_role("heading", level=1)).to_have_text("This part is switched off")
    visit.look()
    page.click("text=Go to the start page")
    visit.go("/settings/features")
    page.get_by_label("Orders").check()
    page.click("text=Save features")
    toast(visit, "The features are saved.")
    expect(page.locator("nav[aria-label=Main] a", has_text="Orders")).to_be_visible()


def receipts(visit, key):
    page = visit.page
    visit.go("/receipts")
    expect(page.get_by_role("heading", name="Your receipts will appear here")).to_be_visible()
    for number in range(3):
        lines = [{"product_external_id": "1001", "cnt": 1, "price": 10, "sum": 10 + number}]
        receipt = {"external_id": f"t/{number}", "client_external_id": "C1001", "number": f"R-{number}", "unit": "Till 1", "items": lines}
        assert post(key, "/api/receipts", receipt) == 201
    post_order(key, {"external_id": "web-2", "number": "W-2", "client_external_id": "C1001"})
    visit.go("/receipts")
    expect(page.locator("tbody.rows tr")).to_have_count(3)
    expect(page.locator(".totals dd").nth(1)).to_have_text("€33.00")
    page.fill("input[name=q]", "R-2")
    expect(page.locator("tbody.rows tr")).to_have_count(1)
    page.fill("input[name=q]", "")
    expect(page.locator("tbody.rows tr")).to_have_count(3)
    shot(visit, "receipts")
    page.locator("tbody.rows a", has_text="R-1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("R-1")
    visit.look()
    page.fill("#order", "nowhere")
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator(".field-error")).to_have_text("There is no order with the id “nowhere”.")
    visit.look()
    page.fill("#order", "web-2")
    page.get_by_role("button", name="Link", exact=True).click()
    toast(visit, "The receipt is linked.")
    shot(visit, "receipt")
    page.locator("main a", has_text="web-2").click()
    block = page.locator("section", has=page.locator("#receipts-title"))
    expect(block.locator("li")).to_have_count(1)
    visit.look()
    block.get_by_role("button", name="R-0").click()
    expect(block.locator("li")).to_have_count(2)
    page.fill("#receipt", "nothing")
    block.get_by_role("button", name="Link", exact=True).click()
    expect(block.locator(".field-error")).to_have_text("There is no receipt with the id “nothing”.")
    expect(page.locator(".timeline")).to_contain_text("Receipt t/0")
    block.scroll_into_view_if_needed()
    shot(visit, "order-receipts")
    block.get_by_role("button", name="Unlink R-1").click()
    expect(block.locator("li")).to_have_count(1)
    visit.go("/receipts?linked=yes")
    expect(page.locator("tbody.rows tr")).to_have_count(1)
    visit.go("/receipts/by-id/t%2F1")
    page.locator("a", has_text="Delete").click()
    page.locator("dialog button", has_text="Delete receipt").click()
    toast(visit, "The receipt is deleted.")
    expect(page.locator("tbody.rows tr")).to_have_count(2)


def catalogue(visit):
    page = visit.page
    visit.go("/products")
    page.locator("main a", has_text="Categories").click()
    visit.look()
    for name, code, parent in [("Teapots", "teapots", ""), ("Glass", "glass", "teapots")]:
        page.get_by_role("link", name="Add category").click()
        page.locator("dialog [name=name]").fill(name)
        page.locator("dialog [name=external_id]").fill(code)
        page.locator("dialog [name=parent_external_id]").select_option(parent)
        page.locator("dialog button", has_text="Add category").click()
        toast(visit, "The category is added.")
    page.get_by_role("link", name="Edit Teapots").click()
    page.locator("dialog [name=parent_external_id]").select_option("glass")
    page.locator("dialog button", has_text="Save category").click()
    expect(page.locator("dialog .field-error")).to_contain_text("cannot stand above itself")
    page.locator("dialog .dialog-close").click()
    visit.go("/products/categories")
    shot(visit, "categories")
    visit.go("/products/new")
    page.fill("#name", "Gläsern")
    page.fill("#price", "much")
    with page.expect_response(lambda response: response.status == 422):
        page.get_by_role("button", name="Add product", exact=True).click()
    expect(page.locator(".form-errors")).to_contain_text("Price: This must be a number")
    visit.look()
    page.fill("#external_id", "pot/1")
    page.fill("#price", "39.9")
    page.fill("#category_external_id", "glass")
    page.fill("#stock", "0")
    page.get_by_role("button", name="Add product", exact=True).click()
    toast(visit, "The product is added.")
    page.fill("input[name=q]", "glasern")
    expect(page.locator("tbody.rows tr")).to_have_count(1)
    expect(page.locator("tbody.rows tr")).to_contain_text("€39.90")
    expect(page.locator("tbody.rows tr")).to_contain_text("Sold out")
    page.fill("input[name=q]", "")
    expect(page.locator("tbody.rows tr")).not_to_have_count(1)
    shot(visit, "products")
    page.locator("select[name=category]").select_option("glass")
    expect(page.locator("tbody.rows tr")).to_have_count(1)
    page.get_by_role("link", name="Edit Gläsern").click()
    visit.look()
    page.fill("#price", "41")
    page.get_by_role("button", name="Save product").click()
    toast(visit, "The product is saved.")
    visit.go("/products?q=pot%2F1")
    page.get_by_role("link", name="Delete Gläsern").click()
    page.locator("dialog button", has_text="Delete product").click()
    toast(visit, "The product is deleted.")


def documentation(visit):
    page = visit.page
    visit.go("/docs/api")
    page.get_by_role("link", name="Create or update orders").click()
    expect(page.locator("#post_orders")).to_be_in_viewport()
    expect(page.locator("#post_orders")).to_contain_text("payment.total")
    expect(page.locator("#post_orders")).to_contain_text(f"{URL}/api/orders")
    shot(visit, "documentation")


def small_and_dark(visit, browser):
    small = Visit(
        browser, viewport={"width": 360, "height": 740}, color_scheme="dark", storage_state=visit.context.storage_state()
    )
    pages = ("/orders", "/orders/by-id/web-1", "/orders/new", "/settings", "/settings/order-statuses", "/settings/features")
    pages += ("/receipts", "/receipts/by-id/t%2F0", "/orders/by-id/web-2", "/products", "/products/new", "/products/categories")
    for path in pages:
        small.go(path)
        small.page.screenshot(path=f"{SHOTS}/small{path.replace('/', '-')}.png")
    visit.errors += small.errors
    small.context.close()


def without_scripts(visit, browser):
    plain = Visit(browser, java_script_enabled=False, storage_state=visit.context.storage_state())
    page = plain.page
    page.goto(URL + "/orders/by-id/web-1/delete")
    page.get_by_role("button", name="Delete order").click()
    assert page.url == URL + "/orders", page.url
    expect(page.locator(".toast")).to_contain_text("The order is deleted.")
    page.reload()
    expect(page.locator(".toast")).to_have_count(0)
    plain.context.close()


def signing_out(visit):
    page = visit.page
    visit.go("/orders")
    page.locator(".user-menu summary").click()
    page.click("text=Sign out")
    page.wait_for_url("**/sign-in")
    page.goto(URL + "/settings?tab=x")
    assert "return=%2Fsettings%3Ftab%3Dx" in page.url, page.url
    visit.look()
    page.fill("#email", "mara@larkspur.example")
    page.fill("#password", "a wrong password")
    page.click("button[type=submit]")
    expect(page.locator(".form-errors")).to_contain_text("don’t go together")
    page.fill("#password", "correct horse battery")
    page.click("button[type=submit]")
    assert page.url == URL + "/settings?tab=x", page.url
    page.goto(URL + "/nowhere")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page doesn’t exist")
    visit.look()


def forged_form(visit):
    answer = visit.context.request.post(URL + "/orders/by-id/S100001/delete", form={"_csrf": "forged"})
    assert answer.status == 403, answer.status


# What a browser reports by itself of an answer that is meant to be an error.
MEANT = re.compile(r"/(orders|receipts|products|sign-in|nowhere)\b.*status of (422|401|403|404)")

with sync_playwright() as playwright:
    browser = start(playwright)
    visit = Visit(browser)
    first_run(visit)
    picture(visit)
    key = make_key()
    order_arrives(visit, key)
    filters(visit)
    columns(visit)
    status_in_place(visit)
    order_follows(visit, key)
    order_by_hand(visit)
    deletion(visit)
    settings(visit)
    receipts(visit, key)
    catalogue(visit)
    features(visit)
    documentation(visit)
    small_and_dark(visit, browser)
    forged_form(visit)
    without_scripts(visit, browser)
    signing_out(visit)
    browser.close()

faults = [error for error in visit.errors if not MEANT.search(error)]
print(f"pictures are in {SHOTS}")
assert not faults, "\n".join(["The pages have faults:", *faults])

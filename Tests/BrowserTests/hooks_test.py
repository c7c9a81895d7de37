"""Webhooks and connections to shops in the browser: made, tested, replayed, changed, removed; messages come and go for real."""

import base64
import hmac
import http.server
import os
import re
import tempfile
import threading
import urllib.error
import urllib.request

from playwright.sync_api import expect, sync_playwright
from standardwebhooks import Webhook

from pages import URL, Visit, make_key, post, post_order, set_up, start

expect.set_options(timeout=30_000)

SHOTS = os.environ.get("REORDER_TEST_SHOTS") or tempfile.mkdtemp(prefix="reorder-shots-")
FIXTURES = os.path.join(os.path.dirname(__file__), "../Fixtures/shops")
LOOKS = [(width, scheme) for width in (1440, 360) for scheme in ("light", "dark")]


class Receiver(http.server.BaseHTTPRequestHandler):
    """Answers what it is told to, and keeps what came."""

    status = 204
    calls = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        Receiver.calls.append((body, dict(self.headers)))
        self.send_response(Receiver.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


def listen():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/hooks"


def shots(visit, name):
    """Pictures of the page as it stands, at each width and in each scheme, and what is wrong with it at each."""
    page = visit.page
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900 if width > 400 else 740})
        page.emulate_media(color_scheme=scheme)
        visit.look()
        page.screenshot(path=f"{SHOTS}/{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")


def toast(visit, text):
    expect(visit.page.locator(".toast", has_text=text)).to_be_visible()
    visit.page.locator(".toast button").first.click()


def until(page, locator):
    """Asks for the page again until something is there: what happens behind it needs a moment."""
    for _ in range(60):
        if locator.count():
            return
        page.wait_for_timeout(500)
        page.reload()
    expect(locator).to_be_visible()


def chip(page, text):
    return page.locator(".page-header .chip", has_text=text)


def secret(page):
    page.locator("summary", has_text="Show").click()
    text = page.locator("#secret").inner_text()
    assert text, "there is no secret"
    return text


def menu(page, item):
    page.locator(".page-header summary").click()
    page.locator(".page-header .menu-panel").get_by_text(item, exact=True).click()


# Webhooks


def add_webhook(visit, address):
    page = visit.page
    visit.go("/settings")
    page.locator("main a", has_text="Webhooks").first.click()
    expect(page.get_by_role("heading", name="Nobody is told yet")).to_be_visible()
    shots(visit, "webhooks-empty")
    page.get_by_role("link", name="Add webhook").first.click()
    dialog = page.locator("dialog")
    dialog.get_by_label("Name").fill("Warehouse")
    dialog.get_by_label("Address").fill("ftp://warehouse.example")
    dialog.get_by_role("button", name="Add webhook").click()
    expect(dialog.locator(".field-error")).to_contain_text("https://shop.example/hooks")
    shots(visit, "webhook-new")
    dialog.get_by_label("Address").fill(address)
    dialog.get_by_role("checkbox", name="receipt.created").check()
    dialog.get_by_role("button", name="Add webhook").click()
    toast(visit, "The webhook is added.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Warehouse")
    expect(chip(page, "Active")).to_be_visible()
    visit.look()
    return page.url.removeprefix(URL)


def send_tests(visit, webhook):
    page = visit.page
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("webhook.test")
    expect(chip(page, "Delivered")).to_be_visible()
    expect(page.locator(".timeline > li")).to_contain_text("Answered 204")
    Receiver.status = 500
    visit.go(webhook)
    page.get_by_role("button", name="Send a test").click()
    expect(chip(page, "Given up")).to_be_visible()
    visit.look()
    Receiver.status = 204
    page.get_by_role("button", name="Send again").click()
    until(page, chip(page, "Delivered"))
    expect(page.locator(".timeline > li")).to_have_count(2)


def messages(visit, webhook, key):
    """An order and a receipt are told of; what was given up is replayed from the list."""
    page = visit.page
    post(key, "/api/customers", {"external_id": "724", "email": "ana@example.com"})
    post_order(key, {"external_id": "1050", "client_external_id": "724", "number": "L-1050", "items_sum": 48.5})
    post(key, "/api/receipts", {"external_id": "T1-481", "client_external_id": "724", "sum": 48.5})
    Receiver.status = 500
    visit.go(webhook)
    page.get_by_role("button", name="Send a test").click()
    expect(chip(page, "Given up")).to_be_visible()
    Receiver.status = 204
    visit.go(webhook)
    expect(chip(page, "Failing")).to_be_visible()
    until(page, page.locator("tbody tr", has_text="order.created").locator(".chip", has_text="Delivered"))
    until(page, page.locator("tbody tr", has_text="receipt.created").locator(".chip", has_text="Delivered"))
    shots(visit, "webhook")
    page.locator("tbody tr", has_text="receipt.created").locator("a").first.click()
    expect(page.get_by_role("link", name="T1-481")).to_be_visible()
    shots(visit, "delivery")
    page.get_by_role("link", name="T1-481").click()
    expect(page).to_have_url(re.compile("/receipts/by-id/T1-481"))
    visit.go(webhook)
    page.get_by_role("navigation", name="Messages by state").get_by_role("link", name="Given up").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Replay all given up").click()
    toast(visit, "queued")
    until(page, chip(page, "Active"))


def replace_secret(visit, webhook):
    """Both secrets are right for a message that is sent afterwards."""
    page = visit.page
    visit.go(webhook)
    old = secret(page)
    menu(page, "New secret")
    shots(visit, "webhook-rotate")
    page.locator("dialog button", has_text="Make a new secret").click()
    toast(visit, "a new secret")
    expect(page.get_by_text("The secret before this one signs as well until")).to_be_visible()
    new = secret(page)
    assert new != old
    page.get_by_role("button", name="Send a test").click()
    expect(chip(page, "Delivered")).to_be_visible()
    body, headers = Receiver.calls[-1]
    for known in (old, new):
        assert Webhook(known).verify(body, headers)["type"] == "webhook.test"


def change_webhook(visit, webhook):
    page = visit.page
    visit.go(webhook)
    page.get_by_role("link", name="Edit").click()
    page.locator("dialog").get_by_label("Name").fill("Warehouse of Lisbon")
    page.locator("dialog").get_by_role("button", name="Save webhook").click()
    toast(visit, "The webhook is saved.")
    menu(page, "Pause")
    toast(visit, "The webhook is paused.")
    expect(page.get_by_role("button", name="Send a test")).to_be_disabled()
    visit.look()
    visit.go("/settings/webhooks")
    shots(visit, "webhooks")
    page.locator("tbody a", has_text="Warehouse of Lisbon").click()
    menu(page, "Resume")
    toast(visit, "The webhook goes on.")
    menu(page, "Delete")
    visit.look()
    page.locator("dialog button", has_text="Delete webhook").click()
    toast(visit, "The webhook is deleted.")
    expect(page.get_by_role("heading", name="Nobody is told yet")).to_be_visible()


# Connections


def say(address, text, known, topic):
    """Sends a message as Shopify does, and returns the status of the answer."""
    body = text.encode()
    signature = base64.b64encode(hmac.digest(known.encode(), body, "sha256")).decode()
    headers = {"Content-Type": "application/json", "X-Shopify-Topic": topic, "X-Shopify-Hmac-Sha256": signature}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data=body, headers=headers)) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def shopify(visit):
    page = visit.page
    visit.go("/settings")
    page.locator("main a", has_text="Connections").first.click()
    expect(page.get_by_role("heading", name="No shop is connected")).to_be_visible()
    shots(visit, "connections-empty")
    page.get_by_role("link", name="Connect Shopify").click()
    dialog = page.locator("dialog")
    dialog.get_by_label("Name").fill("Larkspur online")
    dialog.get_by_role("button", name="Add connection").click()
    expect(dialog.locator(".field-error")).to_contain_text("Paste the secret")
    shots(visit, "connection-new")
    dialog.get_by_label("Secret").fill("shop-secret")
    dialog.get_by_role("button", name="Add connection").click()
    toast(visit, "The connection is ready")
    connection, address = page.url.removeprefix(URL), page.locator("#address").inner_text()
    assert address.startswith(URL + "/hooks/shopify/"), address
    assert secret(page) == "shop-secret"
    with open(os.path.join(FIXTURES, "shopify-order.json")) as file:
        order = file.read()
    assert say(address, order, "shop-secret", "orders/create") == 200
    assert say(address, order, "another", "orders/create") == 401
    assert say(address, '{"name":"no order"}', "shop-secret", "orders/create") in (400, 422)
    visit.go(connection)
    expect(page.locator("dd", has_text="1 stored")).to_be_visible()
    expect(page.locator("#refusals .timeline > li")).to_have_count(2)
    page.locator("#refusals summary").first.click()
    page.locator("#statuses input[type=text]").first.fill("not a code")
    page.get_by_role("button", name="Save statuses").click()
    expect(page.locator("#statuses .form-errors")).to_be_visible()
    visit.look()
    page.locator("#statuses input[type=text]").first.fill("accepted")
    page.get_by_role("button", name="Save statuses").click()
    toast(visit, "The connection is saved.")
    page.locator("summary", has_text="What was sent").first.click()
    shots(visit, "connection")
    page.get_by_role("button", name="Pause").click()
    expect(chip(page, "Paused")).to_be_visible()
    assert say(address, order, "shop-secret", "orders/create") >= 400
    return connection


def woocommerce(visit):
    page = visit.page
    visit.go("/settings/connections")
    page.get_by_role("link", name="Connect WooCommerce").click()
    page.locator("dialog").get_by_label("Name").fill("Larkspur outlet")
    page.locator("dialog").get_by_label("Prefix").fill("out-")
    page.locator("dialog").get_by_role("button", name="Add connection").click()
    toast(visit, "The connection is ready")
    assert len(secret(page)) == 40
    shots(visit, "connection-woo")


def remove_connection(visit, connection):
    page = visit.page
    visit.go("/settings/connections")
    expect(page.locator("tbody tr")).to_have_count(2)
    shots(visit, "connections")
    visit.go(connection)
    page.get_by_role("link", name="Delete").click()
    shots(visit, "connection-delete")
    page.locator("dialog button", has_text="Delete connection").click()
    toast(visit, "The connection is deleted.")
    expect(page.locator("tbody tr")).to_have_count(1)


# What a browser reports by itself of an answer that is meant to be an error.
MEANT = re.compile(r"/settings/(webhooks|connections)\S*: Failed to load resource.*status of 422")

with sync_playwright() as playwright:
    browser = start(playwright)
    visit = Visit(browser)
    set_up(visit, sample=False)
    webhook = add_webhook(visit, listen())
    send_tests(visit, webhook)
    messages(visit, webhook, make_key())
    replace_secret(visit, webhook)
    change_webhook(visit, webhook)
    connection = shopify(visit)
    woocommerce(visit)
    remove_connection(visit, connection)
    browser.close()

faults = [error for error in visit.errors if not MEANT.search(error)]
print(f"pictures are in {SHOTS}")
assert not faults, "\n".join(["The pages have faults:", *faults])

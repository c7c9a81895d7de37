"""A customer's way through a shop of another origin, in a real browser, as the real server then shows it (spec tracking.md)."""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from playwright.sync_api import sync_playwright

from pages import URL, Visit, make_key, set_up, start
from tracker_site import LOADED, Shop


class Server:
    """The server under test: where pages load the tracker from, and what the API says of what came."""

    def __init__(self, api_key):
        self.origin = URL
        self.api_key = api_key

    def call(self, method, path, attributes=None):
        body = json.dumps({"data": {"attributes": attributes}}).encode() if attributes is not None else None
        headers = {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"}
        request = urllib.request.Request(URL + path, data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)["data"]
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def events(self, customer):
        """What is known of a customer, the first first."""
        path = f"/api/customers/{urllib.parse.quote(customer)}/events?" + urllib.parse.urlencode({"page[size]": 100})
        found = self.call("GET", path) or []
        return [event["attributes"] for event in reversed(found)]

    def wait(self, customer, *names, seconds=20):
        """Waits until events of these names are in a profile, and returns all of them and how long it took."""
        begin = time.monotonic()
        events = []
        while time.monotonic() < begin + seconds:
            events = self.events(customer)
            have = [event["name"] for event in events]
            if all(have.count(name) >= names.count(name) for name in names):
                return events, time.monotonic() - begin
            time.sleep(0.05)
        raise AssertionError(f"{customer}: waiting for {names}, there are {[event['name'] for event in events]}")


def call(page, *values):
    page.evaluate("(values) => { window.reorder(...values); }", list(values))


def visit(page, shop, path="/page"):
    page.goto(f"{shop.origin}{path}")
    page.wait_for_function(LOADED)


def whole_way(server, shop, operator):
    """Somebody looks round, fills a cart, signs in and orders: all of it is in the profile, in its order."""
    page = operator.context.new_page()
    visit(page, shop, "/page?utm_source=news")
    call(page, "view", "product", "42", {"color": "green"})
    call(page, "container", "add", "cart", {"product": "42", "quantity": 2, "price": 9.5})
    visit(page, shop)
    call(page, "identify", {"external_id": "724", "email": "ana@larkspur.example", "first_name": "<script>alert(1)</script>"})
    begin = time.monotonic()
    call(page, "order", {
        "external_id": "1050", "items_sum": 19, "payment": {"total": 19},
        "items": [{"product_external_id": "42", "cnt": 2, "price": 9.5, "sum": 19}],
    })
    events, _ = server.wait("724", "order_completed")
    print(f"ok   an order is in the profile after {time.monotonic() - begin:.2f} s", flush=True)
    names = [event["name"] for event in events]
    assert names[:3] == ["site_visited", "page_viewed", "product_viewed"], names
    assert names.count("logged_in") == 1 and names.count("page_viewed") == 2, names
    viewed = next(event for event in events if event["name"] == "product_viewed")
    assert viewed["subject"] == "42" and viewed["context"] == {"color": "green"}, viewed
    assert viewed["source"] == "online_store" and "utm_source=news" in viewed["url"], viewed
    order = server.call("GET", "/api/orders/1050")["attributes"]
    assert order["client_external_id"] == "724" and order["payment"]["total"] == 19, order
    # What is done on leaving comes with a beacon, once.
    call(page, "view", "product", "7")
    page.close()
    events, _ = server.wait("724", "product_viewed", "product_viewed")
    again = operator.context.new_page()
    visit(again, shop)
    events, _ = server.wait("724", "page_viewed", "page_viewed", "page_viewed")
    assert [event["subject"] for event in events if event["name"] == "product_viewed"] == ["42", "7"], events
    # Whoever comes after a sign-out is somebody else.
    call(again, "logout")
    call(again, "view", "product", "secret")
    call(again, "identify", {"external_id": "725"})
    events, _ = server.wait("725", "logged_in")
    assert [event["subject"] for event in events if event["name"] == "product_viewed"] == ["secret"], events
    assert "secret" not in [event["subject"] for event in server.events("724")]
    again.close()


def another_site(server, shop, operator):
    """A page that is not the shop's is refused, says so in its console, and goes on."""
    said = []
    context = operator.context.browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"http://localhost:{shop.server.server_port}/page")
    page.wait_for_function(LOADED)
    end = time.monotonic() + 20
    while not any("refused (403)" in text for text in said) and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert any("refused (403)" in text for text in said), said
    context.close()


def operator_sees_it(server, shop, operator):
    """The operator, who was signed in all along, sees the profile; what strangers wrote stands there as text."""
    page = operator.page
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    operator.go("/customers")
    assert "/sign-in" not in page.url, "the beacon's cookies have ended the session"
    page.get_by_text("<script>alert(1)</script>").first.click()
    page.wait_for_url("**/customers/**")
    operator.look()
    page.click("#tab-events")
    page.get_by_text("Product viewed").first.wait_for()
    operator.look()
    assert not alerts, alerts


def main():
    with sync_playwright() as playwright:
        browser = start(playwright)
        operator = Visit(browser)
        set_up(operator, sample=False)
        server = Server(make_key())
        source = server.call("PATCH", "/api/event-sources/online_store", {"domains": ["127.0.0.1"], "takes_orders": True})
        shop = Shop(server, key=source["attributes"]["keys"][0]["key"])
        for step in (whole_way, another_site, operator_sees_it):
            step(server, shop, operator)
            print(f"ok   {step.__name__}", flush=True)
        assert not operator.errors, "\n".join(operator.errors)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())

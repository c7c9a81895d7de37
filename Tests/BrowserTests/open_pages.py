"""Opens pages that follow changes and closes them; stops the server while one is open."""

import os
import signal
import socket
import time
import urllib.parse
import urllib.request

from playwright.sync_api import expect, sync_playwright

from pages import URL, Visit, set_up, start


def live_pages():
    with urllib.request.urlopen(URL + "/metrics") as response:
        lines = response.read().decode().splitlines()
    return next(int(float(line.split()[1])) for line in lines if line.startswith("reorder_live_pages "))


def wait_for(count):
    deadline = time.monotonic() + 10
    while live_pages() != count:
        assert time.monotonic() < deadline, f"{live_pages()} pages are followed, and not {count}"
        time.sleep(0.1)


with sync_playwright() as playwright:
    browser = start(playwright)
    visit = Visit(browser)
    set_up(visit, sample=False)
    expect(visit.page.get_by_role("heading", name="Your orders will appear here")).to_be_visible()
    visit.look()
    assert not visit.errors, visit.errors
    wait_for(1)
    other = visit.context.new_page()
    other.goto(URL + "/orders")
    wait_for(2)
    other.close()
    wait_for(1)
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in visit.context.cookies())
    browser.close()
wait_for(0)

# A client that stays: the server must stop all the same.
address = urllib.parse.urlparse(URL)
with socket.create_connection((address.hostname, address.port)) as client:
    client.settimeout(20)
    request = f"GET /live/orders HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: {cookies}\r\n\r\n"
    client.sendall(request.encode())
    wait_for(1)
    os.kill(int(os.environ["REORDER_TEST_PROCESS"]), signal.SIGTERM)
    while client.recv(4096):
        pass

"""An owner invites somebody, who sets a second factor up, signs in with it, and signs out everywhere."""

import base64
import hmac
import os
import re
import struct
import tempfile
import time

from playwright.sync_api import expect, sync_playwright

from pages import URL, Visit, set_up, start

expect.set_options(timeout=30_000)

SHOTS = os.environ.get("REORDER_TEST_SHOTS") or tempfile.mkdtemp(prefix="reorder-shots-")
ANA = "ana@larkspur.example"
PASSWORD = "a password of hers"


def code(secret, step):
    """The code of a step, as an app on a phone makes it (RFC 6238)."""
    key = base64.b32decode(secret)
    digest = hmac.digest(key, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7fffffff) % 10**6:06d}"


def shot(visit, name):
    visit.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def invite(owner):
    page = owner.page
    owner.go("/settings/users")
    page.get_by_role("link", name="Invite user").click()
    owner.look()
    page.fill("#email", "mara@larkspur.example")
    page.check("#role-operator")
    with page.expect_response(lambda response: response.status == 422):
        page.get_by_role("button", name="Make the invitation").click()
    expect(page.locator(".form-errors")).to_contain_text("There is a user with this email already.")
    page.fill("#email", ANA)
    page.get_by_role("button", name="Make the invitation").click()
    link = page.locator("#link").inner_text()
    owner.look()
    shot(owner, "invitation")
    return link


def join(visit, link):
    page = visit.page
    page.goto(link)
    visit.look()
    expect(page.locator("#email")).to_have_value(ANA)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Set password and sign in").click()
    page.wait_for_url("**/orders")
    # An operator has no settings.
    expect(page.locator(".nav a")).not_to_contain_text(["Settings"])
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link has ended")


def set_up_factor(visit):
    page = visit.page
    visit.go("/account")
    page.get_by_role("link", name="Set up a second factor").click()
    visit.look()
    expect(page.locator("svg.qr")).to_be_visible()
    secret = page.locator("#secret").inner_text().replace(" ", "")
    shot(visit, "second-factor")
    page.fill("#code", "000000")
    with page.expect_response(lambda response: response.status == 422):
        page.get_by_role("button", name="Turn on").click()
    expect(page.locator(".field-error")).to_contain_text("This is not the code of now")
    assert page.locator("#secret").inner_text().replace(" ", "") == secret
    step = int(time.time()) // 30
    page.fill("#code", code(secret, step))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    codes = page.locator("#codes").inner_text().split()
    assert len(codes) == 10, codes
    visit.look()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("#second-factor .tag-good")).to_have_text("On")
    visit.look()
    shot(visit, "account")
    return secret, step, codes


def password(visit):
    page = visit.page
    page.goto(URL + "/sign-in")
    page.fill("#email", ANA)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code")


def sign_in(visit, secret, used):
    """Signs in with a code; that of the step which was used is refused."""
    page = visit.page
    password(visit)
    visit.look()
    shot(visit, "code")
    page.fill("#code", code(secret, used))
    with page.expect_response(lambda response: response.status == 401):
        page.click("button[type=submit]")
    expect(page.locator(".form-errors")).to_contain_text("was used already")
    # The code of the next step is taken too: clocks differ.
    page.fill("#code", code(secret, max(used, int(time.time()) // 30) + 1))
    page.click("button[type=submit]")
    page.wait_for_url("**/orders")


def sign_in_by_paper(visit, recovery):
    # As in a browser that she has not used before.
    visit.context.clear_cookies()
    password(visit)
    visit.page.fill("#code", recovery.upper())
    visit.page.click("button[type=submit]")
    visit.page.wait_for_url("**/orders")


def sign_out_everywhere(visit, other):
    page = visit.page
    visit.go("/account")
    expect(page.locator(".sessions li")).to_have_count(3)
    page.get_by_role("button", name="Sign out everywhere").click()
    page.wait_for_url("**/sign-in")
    other.page.goto(URL + "/orders")
    assert "/sign-in" in other.page.url, other.page.url


def audit(owner):
    page = owner.page
    owner.go("/settings/audit")
    for text in ("User invited", "Invitation accepted", "Second factor turned on", "Sign-in refused", "Signed out everywhere"):
        expect(page.locator(".timeline b", has_text=text).first).to_be_visible()
    shot(owner, "audit")
    page.select_option("#action", "user.invited")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".timeline > li")).to_have_count(1)
    owner.look()
    page.locator(".timeline a", has_text=ANA).click()
    expect(page.locator(".timeline > li", has_text="Sign-in refused")).to_have_count(1)


def keys(owner):
    page = owner.page
    owner.go("/settings/keys")
    page.get_by_role("link", name="New key").first.click()
    page.fill("#name", "Till 4")
    page.get_by_role("button", name="Create key").click()
    key = page.locator("#api-key").inner_text()
    assert re.fullmatch(r"rk_\w+_\w+", key), key
    owner.look()
    page.get_by_role("link", name="Done").click()
    owner.look()
    page.get_by_role("link", name="Revoke Till 4").click()
    page.locator("dialog button", has_text="Revoke key").click()
    expect(page.locator(".toast", has_text="The key is revoked.")).to_be_visible()


def remove(owner):
    page = owner.page
    owner.go("/settings/users")
    page.locator("a", has_text=ANA).click()
    owner.look()
    shot(owner, "user")
    page.get_by_role("link", name="Remove").click()
    page.locator("dialog button", has_text="Remove user").click()
    page.wait_for_url("**/settings/users")
    expect(page.locator("tbody tr")).to_have_count(1)


def small_and_dark(owner, browser):
    small = Visit(
        browser, viewport={"width": 360, "height": 740}, color_scheme="dark", storage_state=owner.context.storage_state()
    )
    for path in ("/account", "/account/second-factor", "/settings/users", "/settings/users/invite", "/settings/keys",
                 "/settings/keys/new", "/settings/project", "/settings/audit"):
        small.go(path)
        small.page.screenshot(path=f"{SHOTS}/small{path.replace('/', '-')}.png", full_page=True)
    owner.errors += small.errors
    small.context.close()


# What a browser reports by itself of an answer that is meant to be an error.
MEANT = re.compile(r"/(invite|second-factor|code|join/\w+)\b.*status of (422|401|410)")

with sync_playwright() as playwright:
    browser = start(playwright)
    owner = Visit(browser)
    set_up(owner, sample=False)
    link = invite(owner)
    ana, other = Visit(browser), Visit(browser)
    join(ana, link)
    secret, used, codes = set_up_factor(ana)
    sign_in(other, secret, used)
    sign_in_by_paper(ana, codes[0])
    sign_out_everywhere(ana, other)
    audit(owner)
    keys(owner)
    remove(owner)
    small_and_dark(owner, browser)
    errors = owner.errors + ana.errors + other.errors
    browser.close()

faults = [error for error in errors if not MEANT.search(error)]
print(f"pictures are in {SHOTS}")
assert not faults, "\n".join(["The pages have faults:", *faults])

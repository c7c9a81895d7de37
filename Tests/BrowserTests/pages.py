"""What the browser tests share: the browser, what is wrong with a page, and the program under test."""

import json
import os
import subprocess
import urllib.request

URL = os.environ["REORDER_TEST_URL"]
EMAIL = "mara@larkspur.example"
PASSWORD = "correct horse battery"

# What a page must not have, as far as a program can tell; each finding is a sentence.
FAULTS = """() => {
    const faults = [];
    const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[aria-hidden=true]");
    const name = (element) => (element.getAttribute("aria-label") ?? "")
        + (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join("")
        + [...(element.labels ?? [])].map((label) => label.textContent).join("");
    for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        if (!name(field).trim()) faults.push(`field ${field.name} has no label`);
        const described = field.getAttribute("aria-describedby");
        if (described && !document.getElementById(described)) faults.push(`field ${field.name} is described by nothing`);
    }
    for (const control of document.querySelectorAll("button, a[href], summary")) {
        const alt = [...control.querySelectorAll("img")].map((image) => image.alt).join("");
        if (!(name(control) + control.textContent + alt).trim()) faults.push(`${control.outerHTML.slice(0, 80)} has no name`);
    }
    for (const image of document.querySelectorAll("img")) {
        if (!image.hasAttribute("alt")) faults.push(`image ${image.src} has no alt`);
    }
    const headings = [...document.querySelectorAll("h1, h2, h3, h4")].filter(shown).filter((heading) => !heading.closest("dialog"));
    if (headings.filter((heading) => heading.matches("h1")).length !== 1) faults.push("there is not one h1");
    headings.reduce((level, heading) => {
        const next = Number(heading.tagName[1]);
        if (next > level + 1) faults.push(`heading “${heading.textContent.trim()}” skips a level`);
        return next;
    }, 0);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) faults.push(`id ${id} stands twice`);
    if (document.documentElement.scrollWidth > innerWidth) faults.push("the page is wider than the window");
    if (!document.documentElement.lang) faults.push("the page has no language");
    return faults;
}"""


class Visit:
    """A person with a browser, who notes what is wrong with each page."""

    def __init__(self, browser, **options):
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "color_scheme": "light", **options})
        self.page = self.context.new_page()
        # The other tests share the machine with the browser.
        self.page.set_default_timeout(60_000)
        self.errors = []
        self.page.on("console", lambda message: self.note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))

    def note(self, kind, text):
        if kind in ("error", "warning"):
            self.errors.append(f"{self.page.url}: {text}")

    def go(self, path):
        self.page.goto(URL + path)
        self.look()

    def look(self):
        """Notes what is wrong with the page as it stands, once its modules have come."""
        self.page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
        self.errors += [f"{self.page.url}: {fault}" for fault in self.page.evaluate(FAULTS)]

    def sign_in(self):
        self.page.goto(URL + "/sign-in")
        self.page.fill("#email", EMAIL)
        self.page.fill("#password", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_url("**/orders")


def start(playwright):
    """Starts the browser that the tests were told of."""
    return playwright.chromium.launch(executable_path=os.environ["REORDER_TEST_CHROMIUM"], args=["--no-sandbox"])


def set_up(visit, sample):
    """Goes through the first run."""
    page = visit.page
    visit.go("/")
    assert page.url.endswith("/first-run"), page.url
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.fill("#project_name", "Larkspur Supply")
    page.fill("#time_zone", "Europe/Lisbon")
    page.set_checked("#sample_shop", sample)
    page.click("button[type=submit]")
    page.wait_for_url("**/orders", timeout=120_000)


def make_key():
    """Makes an API key beside the running server; the environment says where the data is."""
    command = [os.environ["REORDER_TEST_PROGRAM"], "key", "create", "Web shop", "--scopes", "admin"]
    made = subprocess.run(command, capture_output=True, text=True, check=True)
    return made.stdout.strip().splitlines()[-1]


def post_order(key, attributes):
    """Sends an order as a shop does."""
    return post(key, "/api/orders", attributes)


def post(key, path, attributes):
    """Sends one object over the API."""
    request = urllib.request.Request(
        URL + path,
        data=json.dumps({"data": {"attributes": attributes}}).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return response.status

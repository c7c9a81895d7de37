"""A shop's site and, on another origin, a stand-in for the endpoint that takes the tracker's events."""

import http.server
import json
import pathlib
import threading
import time
import urllib.parse

TRACKER = pathlib.Path(__file__).parent / "../../Sources/Web/Tracker/tracker.js"
KEY = "wk_larkspur"
COOKIE = "reorder_visitor"
LOADED = "() => window.reorder?.isLoaded === true"
STUB = "window.reorder=window.reorder||function(){(reorder.q=reorder.q||[]).push(arguments)};"


class Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Collector:
    """Takes events as Docs/tracker.md says, and can be told to fail: `answers` holds what comes next, each once."""

    def __init__(self):
        self.lock = threading.Lock()
        self.reset()
        collector = self

        class Handler(Quiet):
            def do_GET(self):
                if self.path == "/tracker.js":
                    return self.answer(200, TRACKER.read_bytes(), Content_Type="text/javascript; charset=utf-8")
                # A shop that passes the tracker on from its own host.
                page = f'<!doctype html><title>Own</title><script async src="/tracker.js" data-key="{KEY}"></script>'
                self.answer(200, page.encode(), Content_Type="text/html", Set_Cookie="shop_session=secret")

            def do_OPTIONS(self):
                collector.preflights += 1
                self.answer(404)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers = collector.take(self.path, dict(self.headers), body)
                if status is None:
                    self.close_connection = True  # The network broke before an answer came.
                    return
                self.answer(status, Access_Control_Allow_Origin="*", Access_Control_Expose_Headers="Retry-After", **headers)

        self.server = serve(Handler)
        self.origin = f"http://localhost:{self.server.server_port}"

    def reset(self):
        self.answers, self.requests, self.events, self.preflights = [], [], [], 0
        self.stored = {}

    def take(self, path, headers, body):
        with self.lock:
            status, answered = self.answers.pop(0) if self.answers else (204, {})
            batch = json.loads(body)
            self.requests.append({
                "path": path, "headers": headers, "size": len(body), "status": status, "batch": batch, "at": time.monotonic(),
            })
            # None stands for what was stored although the browser never learns of it.
            if status is None or status < 300:
                for event in batch["events"]:
                    self.events.append(event)
                    self.stored.setdefault(event["id"], event)
            return status, answered

    def fail(self, *statuses, **headers):
        self.answers += [(status, {name: value for name, value in headers.items()}) for status in statuses]

    def types(self):
        with self.lock:
            return [event["type"] for event in self.stored.values()]

    def of(self, kind):
        with self.lock:
            return [event for event in self.stored.values() if event["type"] == kind]

    def wait(self, condition, what, seconds=15):
        """Waits until what was stored fulfils a condition."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition(self):
                return
            time.sleep(0.02)
        raise AssertionError(f"{what}: {self.types()}, answers {[request['status'] for request in self.requests]}")

    def wait_for(self, *types):
        self.wait(lambda it: all(it.types().count(kind) >= types.count(kind) for kind in types), f"waiting for {types}")


class Shop:
    """The shop's own server. `/page?attributes=…` is a page with the tracker, `/bare` one without."""

    def __init__(self, collector, key=KEY):
        shop = self
        self.policy = None

        class Handler(Quiet):
            def do_GET(self):
                path, _, query = self.path.partition("?")
                if path == "/calls.js":
                    return self.answer(200, shop.script.encode(), Content_Type="text/javascript")
                headers = {"Content_Security_Policy": shop.policy} if shop.policy else {}
                attributes = urllib.parse.parse_qs(query).get("attributes", [""])[0]
                tracker = f'<script async src="{collector.origin}/tracker.js" data-key="{key}" data-source="online_store" {attributes}></script>'
                html = f'<!doctype html><title>Larkspur</title><script src="/calls.js"></script>{"" if path == "/bare" else tracker}'
                self.answer(200, html.encode(), Content_Type="text/html; charset=utf-8", **headers)

        self.script = STUB
        self.server = serve(Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"

    def page(self, attributes="", origin=None, extra=""):
        query = urllib.parse.urlencode({"attributes": attributes})
        return f"{origin or self.origin}/page?{query}{extra}"


class Visitor:
    """A browser of its own, and what its console said."""

    def __init__(self, browser, shop, **options):
        self.shop = shop
        self.context = browser.new_context(**options)
        self.errors, self.warnings = [], []
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("console", lambda message: self.note(message))
        self.page = self.tab()

    def note(self, message):
        if message.type == "warning":
            self.warnings.append(message.text)

    def tab(self):
        page = self.context.new_page()
        page.set_default_timeout(30_000)
        return page

    def visit(self, attributes="", page=None, **options):
        page = page or self.page
        page.goto(self.shop.page(attributes, **options))
        page.wait_for_function(LOADED)
        return page

    def call(self, *values, page=None):
        (page or self.page).evaluate("(values) => { window.reorder(...values); }", list(values))

    def cookie(self):
        return next((cookie for cookie in self.context.cookies() if cookie["name"] == COOKIE), None)

    def kept(self, page=None):
        """The names of what the tracker keeps in the browser's storage."""
        return (page or self.page).evaluate("() => Object.keys(localStorage).filter((name) => name.startsWith('reorder.'))")

    def queue(self, page=None):
        return [name for name in self.kept(page) if name.startswith("reorder.event.")]


def only_once(collector):
    ids = [event["id"] for event in collector.events]
    assert len(ids) == len(set(ids)), f"sent twice: {[event['type'] for event in collector.events]}"

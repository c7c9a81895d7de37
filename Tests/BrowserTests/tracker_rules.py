"""What the tracker keeps to: consent, the page's policy, what the browser forbids, and its size."""

import gzip

from tracker_site import STUB, TRACKER

# Consent


def nothing_happens_before_consent(visitor, collector):
    visitor.shop.script = STUB + "reorder('view', 'product', '1');"
    visitor.visit("data-consent=required")
    visitor.call("container", "add", "cart", {"product": "1"})
    visitor.page.wait_for_timeout(900)
    assert collector.requests == [] and visitor.cookie() is None and visitor.kept() == []
    visitor.page.goto(visitor.shop.origin + "/bare")
    visitor.page.wait_for_timeout(300)
    assert collector.requests == [], "nor on leaving"
    visitor.visit("data-consent=required")
    visitor.call("consent", True)
    collector.wait_for("visit", "page", "view")
    assert collector.types() == ["visit", "page", "view"], "the first page's events were never kept"
    visitor.visit("data-consent=required", extra="&next")
    collector.wait_for("page", "page")


def an_answer_before_loading_counts(visitor, collector):
    visitor.shop.script = STUB + "reorder('view', 'product', '1'); reorder('consent', true);"
    visitor.visit("data-consent=required")
    collector.wait_for("visit", "page", "view")
    visitor.shop.script = STUB + "reorder('view', 'product', '2'); reorder('consent', false);"
    visitor.visit(extra="&no")
    visitor.page.wait_for_timeout(800)
    assert len(collector.of("view")) == 1 and visitor.cookie() is None and visitor.kept() == ["reorder.consent"]


def who_signs_out_before_consent_is_not_who_comes_after(visitor, collector):
    visitor.visit("data-consent=required data-page=manual")
    for values in (["identify", {"external_id": "724"}], ["logout"], ["view", "product", "1"], ["consent", True]):
        visitor.call(*values)
    collector.wait_for("view")
    assert collector.types() == ["visit", "identify", "logout", "visit", "view"], collector.types()
    assert collector.of("view")[0]["visitor"] != collector.of("identify")[0]["visitor"]


def what_was_kept_before_waits_for_consent(visitor, collector):
    visitor.visit()
    collector.wait_for("page")
    visitor.context.set_offline(True)
    visitor.call("event", "unsent")
    visitor.page.wait_for_timeout(300)
    visitor.page.close()
    visitor.context.set_offline(False)
    before = len(collector.requests)
    visitor.page = visitor.tab()
    visitor.visit("data-consent=required")
    visitor.page.wait_for_timeout(900)
    assert len(collector.requests) == before, "the shop asks for consent from now on"
    visitor.call("consent", True)
    collector.wait_for("event")


def consent_withdrawn_removes_everything(visitor, collector):
    for attributes in ("data-consent=required", ""):
        collector.reset()
        visitor.context.clear_cookies()
        visitor.visit(attributes)
        visitor.call("consent", True)
        collector.wait_for("page")
        before = visitor.cookie()["value"]
        visitor.context.set_offline(True)
        visitor.call("event", "unsent")
        visitor.page.wait_for_timeout(600)
        visitor.call("consent", False)
        visitor.call("event", "refused")
        kept = visitor.kept()
        assert visitor.cookie() is None and kept == ([] if attributes else ["reorder.consent"]), kept
        visitor.context.set_offline(False)
        visitor.visit(attributes, extra="&next")
        visitor.call("event", "refused")
        visitor.page.wait_for_timeout(800)
        assert collector.of("event") == [] and visitor.cookie() is None
        visitor.call("consent", True)
        visitor.call("event", "agreed")
        collector.wait_for("event")
        agreed = [event for event in collector.of("event") if event["name"] == "agreed"][0]
        assert agreed["visitor"] != before, "who agrees anew is somebody new"


def consent_holds_in_other_tabs(visitor, collector):
    visitor.visit()
    other = visitor.visit(page=visitor.tab(), extra="&other")
    collector.wait(lambda it: it.types().count("page") == 2, "two pages")
    visitor.call("consent", False)
    other.wait_for_timeout(300)
    visitor.call("event", "refused", page=other)
    other.wait_for_timeout(900)
    assert collector.of("event") == []


# The page's and the browser's rules


def a_strict_policy_is_kept(visitor, collector):
    visitor.shop.script = STUB + """window.broken = [];
        addEventListener("securitypolicyviolation", (event) => broken.push(event.violatedDirective + " " + event.blockedURI));"""
    visitor.shop.policy = (
        f"default-src 'none'; script-src 'self' {collector.origin}; connect-src {collector.origin}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
    visitor.visit()
    visitor.call("event", "first")
    collector.wait_for("event")
    visitor.page.evaluate("() => { window.reorder('order', { external_id: '1' }); dispatchEvent(new PageTransitionEvent('pagehide')); }")
    collector.wait_for("order")
    assert visitor.page.evaluate("() => broken") == []


def forbidden_storage_is_done_without(visitor, collector):
    visitor.context.add_init_script("""
        Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } });
        Object.defineProperty(document, "cookie", { get() { throw new DOMException("denied"); }, set() { throw new DOMException("denied"); } });
    """)
    collector.fail(500)
    visitor.visit()
    visitor.call("event", "first")
    collector.wait_for("visit", "page", "event")
    assert len({event["visitor"] for event in collector.stored.values()}) == 1
    assert visitor.errors == []


def a_browser_without_the_newer_things_is_done_with(visitor, collector):
    visitor.context.add_init_script("""
        delete Navigator.prototype.sendBeacon; delete Navigator.prototype.locks; delete AbortSignal.timeout;
    """)
    visitor.visit()
    collector.wait_for("visit", "page")
    visitor.page.evaluate("(url) => { window.reorder('event', 'kept'); location.href = url; }", visitor.shop.origin + "/bare")
    visitor.page.wait_for_url("**/bare")
    visitor.visit(extra="&again")
    collector.wait_for("event", "page", "page")
    assert visitor.errors == [], visitor.errors


def a_full_storage_is_done_without(visitor, collector):
    visitor.page.goto(visitor.shop.origin + "/bare")
    visitor.page.evaluate("""() => { for (let text = "x".repeat(1 << 20); text; text = text.slice(1 + text.length / 2)) {
        try { for (let i = 0; ; i += 1) localStorage.setItem(`full${text.length}.${i}`, text); } catch { } } }""")
    visitor.visit()
    collector.wait_for("visit", "page")
    assert visitor.errors == []


def the_tracker_is_small(visitor, collector):
    source = TRACKER.read_bytes()
    size = len(gzip.compress(source, 9))
    print(f"    {len(source)} bytes, {size} gzipped")
    assert size <= 5_000, size

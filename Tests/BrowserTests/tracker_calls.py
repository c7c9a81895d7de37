"""What the tracker sends for each call, and on whose behalf."""

import time

from tracker_site import KEY, LOADED, STUB, TRACKER, only_once

# What is sent


def one_line_shows_a_visitor(visitor, collector):
    visitor.visit()
    collector.wait_for("visit", "page")
    request = collector.requests[0]
    assert request["path"] == f"/tracker/events?key={KEY}", request["path"]
    assert request["headers"]["Content-Type"] == "text/plain;charset=UTF-8", request["headers"]
    assert request["headers"]["Origin"] == visitor.shop.origin, request["headers"]
    assert "Cookie" not in request["headers"], "the tracker sends no cookie of the collecting host"
    assert collector.preflights == 0, "a preflight was asked"
    assert request["batch"]["source"] == "online_store"
    assert abs(request["batch"]["sent"] - time.time() * 1000) < 60_000
    visit, page = request["batch"]["events"]
    assert (visit["type"], page["type"]) == ("visit", "page"), "the visit comes first"
    assert page["url"] == visitor.page.url and page["title"] == "Larkspur" and page["referrer"] == ""
    cookie = visitor.cookie()
    assert page["visitor"] == visit["visitor"] == cookie["value"] and len(cookie["value"]) == 32, cookie
    assert page["session"] == visit["session"] and page["id"] > visit["id"]
    assert cookie["sameSite"] == "Lax" and not cookie["secure"] and cookie["path"] == "/", cookie
    assert abs(cookie["expires"] - time.time() - 60 * 86_400) < 60, "the cookie lasts 60 days"


def cookies_of_the_shop_stay_with_it(visitor, collector):
    visitor.page.goto(collector.origin + "/own")
    collector.wait_for("visit", "page")
    assert visitor.page.evaluate("() => document.cookie").startswith("shop_session="), "there is one to send"
    assert "Cookie" not in collector.requests[0]["headers"], collector.requests[0]["headers"]
    assert "source" not in collector.requests[0]["batch"]


def each_call_says_what_happened(visitor, collector):
    visitor.visit("data-page=manual")
    visitor.page.evaluate("""() => {
        reorder("identify", {"external_id": "724", "email": "ana@example.com"});
        reorder("page");
        reorder("view", "product", 42, {"color": "green"});
        reorder("view", "category", "tea");
        reorder("view", "search", "sencha");
        reorder("container", "add", "cart", {"product": 42, "quantity": 2, "price": 9.5});
        reorder("container", "remove", "cart", {"product": "42"});
        reorder("container", "set", "cart", {"product": "42", "quantity": 3});
        reorder("container", "set", "favourites", {"lines": [{"product": 7}, {"product": "8"}]});
        reorder("container", "clear", "cart");
        reorder("order", {"external_id": "1050", "items_sum": 48.5});
        reorder("event", "size_chart_opened", {"page": "boots"});
        reorder("logout");
    }""")
    collector.wait_for("logout")
    common = ("id", "time", "url", "visitor", "session", "title", "referrer")
    said = [{name: value for name, value in event.items() if name not in common} for event in collector.stored.values()]
    assert said == [
        {"type": "visit"},
        {"type": "identify", "customer": {"external_id": "724", "email": "ana@example.com"}},
        {"type": "page"},
        {"type": "view", "product": "42", "context": {"color": "green"}},
        {"type": "view", "category": "tea"},
        {"type": "view", "query": "sencha"},
        {"type": "container", "action": "add", "container": "cart", "line": {"product": "42", "quantity": 2, "price": 9.5}},
        {"type": "container", "action": "remove", "container": "cart", "line": {"product": "42"}},
        {"type": "container", "action": "set", "container": "cart", "line": {"product": "42", "quantity": 3}},
        {"type": "container", "action": "set", "container": "favourites", "lines": [{"product": "7"}, {"product": "8"}]},
        {"type": "container", "action": "clear", "container": "cart"},
        {"type": "order", "order": {"external_id": "1050", "items_sum": 48.5}},
        {"type": "event", "name": "size_chart_opened", "context": {"page": "boots"}},
        {"type": "logout"},
    ], said
    ids = [event["id"] for event in collector.stored.values()]
    assert ids == sorted(ids), "ids follow the order of the calls"
    assert len(collector.requests) == 1, "calls that follow each other go together"
    only_once(collector)


def calls_before_loading_are_kept(visitor, collector):
    visitor.shop.script = STUB + "reorder('view', 'product', '1'); reorder('identify', { external_id: '724' }); var early = window.reorder;"
    visitor.visit()
    visitor.page.evaluate("() => early('view', 'product', '2')")  # Somebody kept the function of the first line.
    collector.wait(lambda it: it.types().count("view") == 2, "both views")
    assert collector.types() == ["visit", "page", "view", "identify", "view"], collector.types()


def a_page_of_the_shops_own_is_the_only_one(visitor, collector):
    visitor.shop.script = STUB + "reorder('page', { template: 'product' });"
    visitor.visit()
    visitor.visit("data-page=manual", extra="&manual")
    visitor.call("event", "last")
    collector.wait_for("event")
    assert [page["context"] for page in collector.of("page")] == [{"template": "product"}] * 2, collector.types()


def a_page_that_comes_back_is_viewed_again(visitor, collector):
    """The back button may show a page as it was left, without loading it."""
    back = "() => { dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); }"
    visitor.visit()
    visitor.page.evaluate(back)
    collector.wait_for("page", "page")
    visitor.visit("data-page=manual", extra="&manual")
    visitor.page.evaluate(back)
    visitor.call("event", "last")
    collector.wait_for("event")
    assert len(collector.of("page")) == 2


def bad_input_harms_nobody(visitor, collector):
    visitor.shop.script = STUB + "reorder(); reorder.q.push(null, 7, 'text'); reorder(Symbol('x')); reorder({ toString() { throw 1 } });"
    visitor.visit()
    visitor.page.evaluate("""() => {
        const cycle = {}; cycle.self = cycle;
        const bad = [[], [null], ["constructor"], ["__proto__"], ["identify"], ["identify", null], ["identify", []], ["view"], ["view", "shoe", 1],
            ["view", "product"], ["view", "product", {}], ["container"], ["container", "explode", "cart", {}], ["container", "add", "cart"],
            ["container", "set", "cart", { lines: [null] }], ["order", 7], ["event"], ["event", "", {}], ["event", "cycle", cycle],
            ["event", "big", 10n], ["event", "trap", { get x() { throw new Error("trap"); } }], ["consent"], ["consent", "yes"],
            ["event", "huge", "x".repeat(40000)], ["event", "hostile", { toJSON() { throw null; } }]];
        for (const values of bad) window.reorder(...values);
    }""")
    visitor.call("event", "fine")
    collector.wait_for("event")
    assert [event["name"] for event in collector.of("event")] == ["fine"]
    assert visitor.errors == [], visitor.errors
    assert len(visitor.warnings) >= 20, visitor.warnings


def a_script_without_a_key_does_nothing(visitor, collector):
    visitor.page.goto(visitor.shop.origin + "/bare")
    visitor.page.add_script_tag(url=collector.origin + "/tracker.js")
    visitor.page.evaluate("() => window.reorder('page')")
    assert visitor.errors == [] and any("data-key" in text for text in visitor.warnings), visitor.warnings
    assert collector.requests == [] and visitor.cookie() is None


# Who it is


def a_session_ends_after_half_an_hour(visitor, collector):
    visitor.page.clock.install()
    visitor.visit()
    visitor.page.clock.run_for(1000)
    collector.wait_for("visit", "page")
    visitor.page.clock.fast_forward("29:00")
    visitor.call("event", "still")
    visitor.page.clock.run_for(1000)
    collector.wait_for("event")
    visitor.page.clock.fast_forward("31:00")
    visitor.call("event", "later")
    visitor.page.clock.run_for(1000)
    collector.wait_for("event", "event", "visit", "visit")
    first, still, later = [event for event in collector.stored.values() if event["type"] in ("page", "event")]
    assert first["session"] == still["session"] != later["session"]
    assert first["visitor"] == later["visitor"]
    assert collector.of("visit")[1]["session"] == later["session"]


def a_visitor_stays_the_same_until_logout(visitor, collector):
    visitor.visit()
    visitor.visit(extra="&second")
    visitor.call("logout")
    visitor.call("view", "product", "1")
    collector.wait_for("page", "page", "logout", "view")
    first, second = collector.of("page")
    assert first["visitor"] == second["visitor"] == collector.of("logout")[0]["visitor"]
    assert first["session"] == second["session"]
    view = collector.of("view")[0]
    assert view["visitor"] != first["visitor"] and view["session"] != first["session"]
    assert view["visitor"] == visitor.cookie()["value"]
    assert len(collector.of("visit")) == 2, "whoever comes after is another visitor"


def each_page_renews_the_cookie(visitor, collector):
    visitor.visit()
    cookie = visitor.cookie()
    visitor.context.add_cookies([{**cookie, "expires": time.time() + 3600}])
    visitor.visit(extra="&next")
    assert visitor.cookie()["value"] == cookie["value"]
    assert visitor.cookie()["expires"] > time.time() + 59 * 86_400


def a_visitor_without_a_cookie_is_somebody_new(visitor, collector):
    visitor.visit()
    collector.wait_for("page")
    visitor.context.clear_cookies()
    visitor.call("event", "after")
    collector.wait_for("event", "visit", "visit")
    page, event = collector.of("page")[0], collector.of("event")[0]
    assert page["visitor"] != event["visitor"] and page["session"] != event["session"]


def a_customer_is_told_once_in_a_session(visitor, collector):
    for extra in ("&1", "&2"):
        visitor.visit(extra=extra)
        visitor.call("identify", {"external_id": "724", "email": "ana@example.com"})
    visitor.call("identify", {"external_id": "724", "email": "ana@larkspur.example"})
    visitor.call("event", "last")
    collector.wait_for("event")
    assert [event["customer"]["email"] for event in collector.of("identify")] == ["ana@example.com", "ana@larkspur.example"]
    # The answer may still be on its way to the page.
    collector.wait(lambda _: visitor.queue() == [], "the answer")
    texts = visitor.page.evaluate("() => JSON.stringify(localStorage)")
    assert "ana@" not in texts, "nothing personal stays once it was sent"


def the_cookie_is_secure_on_https(visitor, collector):
    visitor.context.route("https://shop.larkspur.example/**", lambda route: route.fulfill(
        content_type="text/html",
        body=f'<!doctype html><script async src="{collector.origin}/tracker.js" data-key="{KEY}" data-cookie-domain="larkspur.example"></script>',
    ))
    visitor.context.route(f"{collector.origin}/tracker.js", lambda route: route.fulfill(
        content_type="text/javascript", body=TRACKER.read_text(),
    ))
    visitor.page.goto("https://shop.larkspur.example/")
    visitor.page.wait_for_function(LOADED)
    cookie = visitor.cookie()
    assert cookie["secure"] and cookie["sameSite"] == "Lax" and cookie["domain"] == ".larkspur.example", cookie
    visitor.call("consent", False)
    assert visitor.cookie() is None

"""How the tracker's events arrive: on leaving, after failures, from offline, and from several tabs."""

from tracker_site import only_once

# Leaving, failures, being offline


def a_click_that_leaves_is_beaconed(visitor, collector):
    visitor.visit()
    collector.wait_for("page")
    before = len(collector.requests)
    # The call and the leaving are one task, so no batch can have gone before.
    visitor.page.evaluate("(url) => { window.reorder('container', 'add', 'cart', { product: '42' }); location.href = url; }", visitor.shop.origin + "/bare")
    collector.wait_for("container")
    request = collector.requests[before]
    assert request["headers"]["Content-Type"] == "text/plain;charset=UTF-8"
    assert request["headers"]["Origin"] == visitor.shop.origin
    assert request["headers"]["Sec-Fetch-Mode"] == "no-cors" and collector.preflights == 0
    visitor.page.wait_for_url("**/bare")
    visitor.visit(extra="&again")
    collector.wait_for("page", "page")
    assert len(collector.of("container")) == 1, "what a beacon carried keeps its id when it is sent once more"
    visitor.page.wait_for_function("() => !Object.keys(localStorage).some((name) => name.startsWith('reorder.event.'))")


def a_closed_tab_is_beaconed(visitor, collector):
    tab = visitor.visit(page=visitor.tab())
    collector.wait_for("page")
    visitor.call("order", {"external_id": "1050"}, page=tab)
    tab.close(run_before_unload=True)
    collector.wait_for("order")


def a_page_that_is_put_away_is_beaconed(visitor, collector):
    """A phone may end it then without another word."""
    show = """(hidden) => { Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        window.reorder("event", `hidden ${hidden}`); document.dispatchEvent(new Event("visibilitychange")); }"""
    visitor.visit()
    collector.wait_for("page")
    visitor.page.wait_for_timeout(300)  # Until the tracker is done with that batch.
    visitor.page.evaluate(show, True)
    collector.wait_for("event")
    assert collector.requests[-1]["headers"]["Sec-Fetch-Mode"] == "no-cors"
    visitor.page.wait_for_timeout(600)
    assert len(collector.requests) == 2 and len(visitor.queue()) == 1, "a beacon has no answer"
    visitor.page.evaluate(show, False)
    collector.wait_for("event", "event")
    visitor.page.wait_for_timeout(300)
    assert visitor.queue() == [] and len(collector.requests) == 3


def events_without_end_do_not_hold_each_other_up(visitor, collector):
    visitor.visit()
    collector.wait_for("page")
    visitor.page.evaluate("() => { let i = 0; setInterval(() => window.reorder('event', `e${i++}`), 100); }")
    collector.wait(lambda it: len(it.of("event")) >= 10, "ten events")
    first = next(request for request in collector.requests if any(event["type"] == "event" for event in request["batch"]["events"]))
    assert len(first["batch"]["events"]) < 8, "a batch waits for 0.4 seconds and no longer"


def a_lost_beacon_is_repeated(visitor, collector):
    visitor.visit()
    collector.wait_for("page")
    collector.fail(503)
    visitor.page.evaluate("(url) => { window.reorder('order', { external_id: '1050' }); location.href = url; }", visitor.shop.origin + "/bare")
    visitor.page.wait_for_url("**/bare")
    # A slow machine sends before it leaves, and then its beacon is the repetition.
    collector.wait(lambda it: len(it.requests) >= 2, "the beacon")
    assert collector.requests[1]["status"] == 503
    visitor.visit(extra="&again")
    collector.wait_for("order")


def a_broken_server_is_tried_again(visitor, collector):
    collector.fail(500, 502)
    visitor.visit()
    visitor.call("event", "first")
    collector.wait_for("visit", "page", "event")
    times = [request["at"] for request in collector.requests]
    assert len(times) == 3 and times[1] - times[0] > 0.45 and times[2] - times[1] > 0.9, times
    only_once(collector)
    visitor.page.wait_for_timeout(300)
    assert visitor.queue() == []


def slow_timers_forget_no_repetition(visitor, collector):
    """In tabs that nobody looks at, browsers let no timer run earlier than after a second."""
    visitor.context.add_init_script("const real = setTimeout; window.setTimeout = (work, ms) => real(work, Math.max(ms, 1100));")
    collector.fail(500, None)
    visitor.visit()
    collector.wait(lambda it: len(it.requests) >= 3, "the third try")
    assert collector.types() == ["visit", "page"]


def a_lost_answer_repeats_the_same_ids(visitor, collector):
    collector.fail(None)
    visitor.visit()
    collector.wait(lambda it: len(it.requests) >= 2, "the repetition")
    first, second = ([event["id"] for event in request["batch"]["events"]] for request in collector.requests[:2])
    assert first == second
    assert collector.types() == ["visit", "page"]


def a_server_that_asks_for_patience_gets_it(visitor, collector):
    collector.fail(429, Retry_After="3")
    visitor.visit()
    collector.wait(lambda it: len(it.requests) >= 1, "the first try")
    visitor.visit(extra="&next")  # The next page waits as well.
    other = visitor.visit(page=visitor.tab(), extra="&tab")
    visitor.call("event", "urgent", page=other)
    collector.wait_for("page", "page", "page", "event")
    waited = collector.requests[1]["at"] - collector.requests[0]["at"]
    assert waited >= 2.9, waited
    only_once(collector)


def what_is_refused_is_dropped(visitor, collector):
    for status in (400, 401, 403):
        collector.fail(status)
        visitor.visit(extra=f"&{status}")
        collector.wait(lambda it: not it.answers, f"a {status}")
        visitor.page.wait_for_function("() => !Object.keys(localStorage).some((name) => name.startsWith('reorder.event.'))")
    visitor.call("event", "after")
    collector.wait_for("event")
    assert collector.types() == ["event"], collector.types()
    assert sum("were refused" in text for text in visitor.warnings) == 3, visitor.warnings


def a_batch_that_is_too_large_is_split(visitor, collector):
    visitor.visit()
    collector.wait_for("page")
    collector.fail(413, 413)
    visitor.page.evaluate("() => { for (let i = 0; i < 8; i += 1) window.reorder('event', `e${i}`); }")
    collector.wait(lambda it: len(it.of("event")) == 8, "eight events")
    assert [len(request["batch"]["events"]) for request in collector.requests[1:]] == [8, 4, 2, 2, 2, 2]
    only_once(collector)
    collector.fail(413)
    visitor.call("event", "monster")
    visitor.page.wait_for_function("() => !Object.keys(localStorage).some((name) => name.startsWith('reorder.event.'))")
    assert len(collector.of("event")) == 8, "what alone is too large is dropped"


def many_events_go_in_bodies_that_a_beacon_may_have(visitor, collector):
    visitor.visit()
    visitor.page.evaluate("() => { for (let i = 0; i < 120; i += 1) window.reorder('event', `e${i}`, 'é'.repeat(900)); }")
    collector.wait(lambda it: len(it.of("event")) == 120, "all events")
    assert max(request["size"] for request in collector.requests) <= 60_000
    assert [event["name"] for event in collector.of("event")] == [f"e{i}" for i in range(120)]
    only_once(collector)


def offline_events_come_when_the_network_does(visitor, collector):
    visitor.visit()
    collector.wait_for("page")
    visitor.context.set_offline(True)
    for number in range(5):
        visitor.call("event", f"offline{number}")
        visitor.page.wait_for_timeout(200)
    assert len(visitor.queue()) == 5
    assert collector.of("event") == []
    visitor.context.set_offline(False)
    collector.wait(lambda it: len(it.of("event")) == 5, "what happened offline", seconds=5)
    assert [event["name"] for event in collector.of("event")] == [f"offline{number}" for number in range(5)]
    only_once(collector)


def being_online_again_cuts_the_pause_short(visitor, collector):
    visitor.page.clock.install()
    visitor.visit()
    visitor.page.clock.run_for(1000)
    collector.wait_for("page")
    visitor.context.set_offline(True)
    visitor.call("event", "offline")
    for _ in range(8):  # Failures, after which the pause is of half a minute and more.
        visitor.page.clock.run_for(65_000)
        visitor.page.wait_for_timeout(50)
    visitor.context.set_offline(False)
    visitor.page.wait_for_timeout(100)
    visitor.page.clock.run_for(200)
    collector.wait_for("event")


def offline_events_survive_the_page(visitor, collector):
    visitor.visit()
    collector.wait_for("page")
    visitor.context.set_offline(True)
    visitor.call("order", {"external_id": "1050"})
    visitor.page.wait_for_timeout(600)
    visitor.page.close()
    visitor.context.set_offline(False)
    assert collector.of("order") == []
    visitor.page = visitor.tab()
    visitor.visit(extra="&later")
    collector.wait_for("order", "page", "page")
    order, page = collector.of("order")[0], collector.of("page")[1]
    assert order["time"] < page["time"] and order["id"] < page["id"]


def the_queue_is_bounded(visitor, collector):
    visitor.visit()
    collector.wait_for("page")
    visitor.context.set_offline(True)
    visitor.page.evaluate("() => { for (let i = 0; i < 600; i += 1) window.reorder('event', `e${i}`); }")
    assert len(visitor.queue()) == 500
    visitor.page.evaluate("() => { for (let i = 0; i < 40; i += 1) window.reorder('event', `large${i}`, 'x'.repeat(30000)); }")
    size = visitor.page.evaluate("() => Object.entries(localStorage).reduce((sum, [name, text]) => sum + name.length + text.length, 0)")
    assert size < 520_000, size
    visitor.context.set_offline(False)
    collector.wait(lambda it: any(event["name"] == "large39" for event in it.of("event")), "the newest events")
    assert not any(event["name"] == "e0" for event in collector.of("event")), "the oldest go first"


def what_is_too_old_or_foreign_is_not_sent(visitor, collector):
    visitor.page.goto(visitor.shop.origin + "/bare")
    visitor.page.evaluate("""() => {
        const id = (days) => (Date.now() - days * 86_400_000).toString(36).padStart(9, "0") + "0000123456789abcdef";
        for (const days of [6, 8]) localStorage.setItem(`reorder.event.${id(days)}`, JSON.stringify({ id: id(days), type: "event", name: `${days} days` }));
        localStorage.setItem("reorder.event.zzzzzzzzz", "not ours");
    }""")
    visitor.visit()
    collector.wait_for("page")
    assert [event["name"] for event in collector.of("event")] == ["6 days"]
    visitor.page.wait_for_timeout(300)
    assert visitor.queue() == []


# Tabs


def tabs_send_nothing_twice(visitor, collector):
    tabs = [visitor.page] + [visitor.tab() for _ in range(3)]
    for number, tab in enumerate(tabs):
        visitor.visit(page=tab, extra=f"&tab{number}")
    collector.wait(lambda it: it.types().count("page") == 4, "four pages")
    visitor.context.set_offline(True)
    for tab in tabs:
        tab.evaluate("() => { for (let i = 0; i < 30; i += 1) window.reorder('event', `e${i}`); }")
    tabs[0].wait_for_timeout(500)
    visitor.context.set_offline(False)
    collector.wait(lambda it: it.types().count("event") == 120, "all events of all tabs")
    tabs[0].wait_for_timeout(1000)
    assert len({event["visitor"] for event in collector.stored.values()}) == 1
    assert visitor.queue() == []
    only_once(collector)


def tabs_without_locks_repeat_only_ids(visitor, collector):
    origin = visitor.shop.origin.replace("127.0.0.1", "shop.larkspur.example")
    tabs = [visitor.visit(page=visitor.tab(), origin=origin, extra=f"&{number}") for number in range(3)]
    assert tabs[0].evaluate("() => navigator.locks === undefined"), "the page is one of http://"
    for tab in tabs:
        tab.evaluate("() => { for (let i = 0; i < 10; i += 1) window.reorder('event', `e${i}`); }")
    collector.wait(lambda it: it.types().count("event") == 30, "all events of all tabs")

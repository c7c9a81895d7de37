"""Conditions on what customers did and have in their containers, in the builder."""

import json

from playwright.sync_api import expect

from pages import Visit
from segment_builder import builder, count, pick, shot, tree


def by_events(visit, browser):
    page = visit.page
    builder(visit)
    root = page.locator("[data-builder] > .tree-box > .tree-add")
    pick(page, root, "events", "Events")
    events = page.locator(".tree-item.is-block").first
    where = events.locator(".tree-where .tree-add")
    pick(page, where, "name", "Name", "name")
    with page.expect_response(lambda response: "/segments/suggestions" in response.url and "q=product" in response.url):
        events.locator(".tree-item.is-test input").fill("product")
    expect(events.locator("option[value=product_viewed]")).to_have_count(1)
    events.locator(".tree-item.is-test input").fill("product_viewed")
    pick(page, where, "context", "Context", "context.")
    context = events.locator(".tree-item.is-test").last
    expect(context.get_by_label("Context: which")).to_be_focused()
    expect(page.locator(".preview-flaws")).to_contain_text("Fill in what is marked")
    page.keyboard.type("items.color")
    context.get_by_label("Context is", exact=True).fill("red")
    expect(page.locator("[data-fragment=preview] [data-words]")).to_contain_text("context items.color is “red”")
    named = {"field": "name", "op": "eq", "value": "product_viewed"}
    assert tree(page) == {"all": [{"events": {"where": {"all": [named, {"field": "context.items.color", "op": "eq", "value": "red"}]}}}]}, tree(page)
    # A comparison of numbers is one of the first number there.
    context.get_by_label("Context: which").fill("price")
    context.locator(".tree-op").select_option("gte")
    context.locator("input.is-number-input").fill("9.5")
    events.locator("select[aria-label='Events: what is measured']").select_option("max")
    events.get_by_role("button", name="choose another field to measure").click()
    page.locator("#picker-search").fill("context")
    page.keyboard.press("Enter")
    events.get_by_label("Context: which").first.fill("price")
    events.locator("input.is-number-input").first.fill("20")
    expect(page.locator("[data-fragment=preview] [data-words]")).to_contain_text("context price")
    wanted = {"where": {"all": [named, {"field": "context.price", "op": "gte", "value": 9.5}]}, "have": {"measure": "max", "field": "context.price", "op": "gte", "value": 20}}
    assert tree(page) == {"all": [{"events": wanted}]}, tree(page)
    expect(page.locator("[data-fragment=preview] [data-count]")).to_have_text("0")
    visit.look()
    shot(visit, "segment-events")
    kept = tree(page)
    cart = {"containers": {"where": {"all": [{"field": "code", "op": "eq", "value": "cart"}, {"field": "abandoned", "op": "yes"}]}}}
    small = Visit(browser, viewport={"width": 360, "height": 740}, color_scheme="dark", storage_state=visit.context.storage_state())
    for person in (visit, small):
        builder(person)
        person.page.locator("details[data-json] summary").click()
        person.page.fill("#conditions", json.dumps({"any": [*kept["all"], cart]}))
        # Some of the shop's carts were left.
        expect(person.page.locator("[data-fragment=preview] [data-words]")).to_contain_text("whose cart is abandoned")
        assert 0 < count(person.page) < 400, count(person.page)
        expect(person.page.locator(".tree-path")).to_have_count(2)
        person.page.locator("details[data-json] summary").click()
        person.look()
    shot(small, "small-events")
    visit.errors += small.errors
    small.context.close()

"""Segments in the browser: built by mouse and by keyboard, counted at each change, explained, saved and found again."""

import json
import os

from playwright.sync_api import expect, sync_playwright

from pages import URL, Visit, set_up, start
from segment_builder import SHOTS, builder, count, pick, shot, tree
from segment_events import by_events

PICTURE = os.environ.get("REORDER_TEST_SEGMENT_PICTURE")

# The tree of the builder by itself: read, changed and written without a page.
MODEL = """async () => {
    const tree = await import("/assets/lib/conditions.js");
    const blocks = ["orders", "lines", "receipts", "history"];
    const faults = [];
    const same = (left, right, what) => {
        if (JSON.stringify(left) !== JSON.stringify(right)) faults.push(`${what}: ${JSON.stringify(left)} is not ${JSON.stringify(right)}`);
    };
    const a = { field: "a", op: "eq", value: "1" };
    const b = { field: "b", op: "is_set" };
    const kept = [
        { all: [] }, { any: [a, { all: [b] }] }, a, { not: a }, { not: { not: { any: [a] } } }, { segment: "vip" },
        { orders: {} }, { orders: { where: a } }, { orders: { where: { all: [a] } } }, { all: [{ not: { orders: { where: { not: b } } } }] },
        { orders: { where: { all: [{ lines: { where: b, have: { exactly: 0 } } }] }, pick: "last", have: { measure: "sum", field: "value", op: "gte", value: 3.5 } } },
        { events: { where: a } }, { all: [{ field: "a", op: "eq", value: 1, more: 2 }, 7, null, "x", [a]] }, { all: [a], any: [b] }, { orders: { pick: "third" } },
    ];
    for (const json of kept) same(tree.write(tree.read(json, blocks)), json, "stays as it was written");

    let root = tree.read({ all: [a, { any: [b] }, { orders: { where: { all: [a, b] } } }] }, blocks);
    const [first, group, orders] = root.parts;
    same(tree.locate(root, "/all/1/any/0/value")?.id, group.parts[0].id, "a pointer leads to the condition");
    same(tree.locate(root, "/all/1/any/0/value")?.part, "value", "and says which part");
    same(tree.locate(root, "/all/2/orders/where/all/1/op")?.id, orders.where.parts[1].id, "within a block too");
    same(tree.locate(root, "/all/2/orders/have/value")?.id, orders.id, "what a block must have is the block's");
    same(tree.locate(tree.read({ orders: { where: a } }, blocks), "/orders/where/field")?.part, "field", "also where nothing is around it");
    const into = tree.step(root, first.id, "into");
    root = tree.move(root, first.id, into.holder, into.index);
    same(tree.write(root).all[0], { any: [a, b] }, "moves into the group beside it");
    const out = tree.step(root, first.id, "out");
    root = tree.move(root, first.id, out.holder, out.index);
    same(tree.write(root).all[1], a, "and out of it again, after it");
    const down = tree.step(root, first.id, "down");
    root = tree.move(root, first.id, down.holder, down.index);
    same(tree.write(root).all[2], a, "down");
    same(tree.step(root, first.id, "down"), null, "not beyond the end");
    same(tree.step(root, orders.where.parts[0].id, "out"), null, "what is of an order stays within its block");
    same(tree.move(root, group.id, group.id, 0) === root, true, "a group does not go into itself");
    const twice = tree.duplicate(root, group.id);
    same(tree.write(twice.tree).all.length, 4, "a copy stands beside it");
    same(new Set(tree.all(twice.tree).map((node) => node.id)).size, tree.all(twice.tree).length, "with identifiers of its own");
    same(tree.write(tree.unwrap(tree.wrap(root, first.id), "none")).all.length, 3, "a group around one counts as one");
    same(tree.write(tree.deny(tree.deny(root, first.id), first.id)), tree.write(root), "denied twice it is as before");
    same(tree.count(root), 5, "fields and blocks are counted");
    return faults;
}"""


def by_mouse(visit):
    page = visit.page
    builder(visit)
    expect(page.locator("[data-fragment=preview] [data-count]")).to_have_text("400")
    root = page.locator("[data-builder] > .tree-box > .tree-add")
    pick(page, root, "number orders", "Number of orders", "orders.count")
    # What is not filled in yet is no fault yet.
    expect(page.locator(".preview-flaws")).to_contain_text("Fill in what is marked")
    expect(page.locator(".tree-item.is-unfinished")).to_have_count(1)
    page.keyboard.type("3")
    expect(page.locator("[data-fragment=preview] [data-count]")).not_to_have_text("400")
    assert tree(page) == {"all": [{"field": "orders.count", "op": "gte", "value": 3}]}, tree(page)
    three = count(page)
    assert 0 < three < 400, three
    pick(page, root, "any of these", "Any of these")
    group = page.locator("[data-builder] .tree-item.is-group").first
    pick(page, group.locator(".tree-add").first, "city", "City", "customer.city")
    city = group.locator(".tree-item.is-test").first
    city.locator(".tree-op").select_option("in")
    with page.expect_response(lambda response: "/segments/suggestions" in response.url and "q=li" in response.url.lower()):
        city.locator("input").fill("Li")
    city.locator("input").fill("Lisbon")
    page.keyboard.press("Enter")
    city.locator("input").fill("Porto")
    page.keyboard.press("Enter")
    expect(city.locator(".value-tag")).to_have_count(2)
    pick(page, group.locator(".tree-add").first, "email consent", "Email consent", "customer.consents.email")
    group.get_by_label("Subscribed", exact=True).check()
    pick(page, root, "orders", "Orders")
    orders = page.locator(".tree-item.is-block").first
    where = orders.locator(".tree-where .tree-add")
    pick(page, where, "status", "Status", "status")
    orders.get_by_label("Completed", exact=True).check()
    orders.locator("select[aria-label='Orders: what is measured']").select_option("sum")
    orders.locator("input.is-number-input").fill("50")
    expect(page.locator("[data-fragment=preview] [data-words]")).to_contain_text("the sum of")
    assert tree(page)["all"][2] == {"orders": {
        "where": {"field": "status", "op": "in", "value": ["completed"]},
        "have": {"measure": "sum", "field": "value", "op": "gte", "value": 50},
    }}, tree(page)["all"][2]
    assert count(page) <= three
    visit.look()
    shot(visit, "segment-builder")
    # The first condition is dragged into the group.
    grip = page.get_by_role("button", name="Move Number of orders").bounding_box()
    target = city.bounding_box()
    page.mouse.move(grip["x"] + 8, grip["y"] + 12)
    page.mouse.down()
    page.mouse.move(grip["x"] + 40, target["y"] - 30, steps=6)
    page.mouse.move(target["x"] + 40, target["y"] + 4, steps=6)
    expect(page.locator(".drop-line")).to_have_count(1)
    page.mouse.up()
    assert tree(page)["all"][0]["any"][0]["field"] == "orders.count", tree(page)
    page.locator("[data-undo]").click()
    assert tree(page)["all"][0]["field"] == "orders.count", tree(page)


def by_keyboard(visit):
    page = visit.page
    builder(visit)
    page.locator("[data-builder] .tree-add").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("total order value")
    page.keyboard.press("Enter")
    page.keyboard.type("100")
    expect(page.locator("[data-fragment=preview] [data-words]")).to_contain_text("at least 100")
    page.locator("[data-builder] > .tree-box > .tree-add").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("last order date")
    page.keyboard.press("Enter")
    expect(page.locator("[data-fragment=preview] [data-words]")).to_contain_text("in the last 30 days")
    page.locator("[data-builder] > .tree-box > .tree-add").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("none of")
    page.keyboard.press("Enter")
    assert [list(part)[0] for part in tree(page)["all"]] == ["field", "field", "not"], tree(page)
    page.get_by_role("button", name="Move Date of last order").focus()
    page.keyboard.press("ArrowRight")
    assert tree(page)["all"][1] == {"not": {"any": [{"field": "orders.last_date", "op": "in_last", "value": {"n": 30, "unit": "day"}}]}}, tree(page)
    expect(page.locator("[data-builder-status]")).not_to_have_text("")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert tree(page)["all"][0]["field"] == "orders.last_date", tree(page)
    expect(page.get_by_role("button", name="Move Date of last order")).to_be_focused()
    page.keyboard.press("Delete")
    assert tree(page)["all"][0]["field"] == "orders.total", tree(page)
    expect(page.get_by_role("button", name="Move Total order value")).to_be_focused()
    page.locator("[data-builder] > .tree-box > .tree-add").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("[data-builder] > .tree-box > .tree-add")).to_be_focused()


def json_both_ways(visit):
    page = visit.page
    builder(visit)
    page.locator("details[data-json] summary").click()
    wrong = {"all": [{"field": "customer.city", "op": "eq", "value": "Porto"}, {"any": [{"field": "orders.count", "op": "gte", "value": "many"}]}]}
    page.fill("#conditions", json.dumps(wrong))
    flawed = page.locator(".tree-item.is-flawed")
    expect(flawed).to_have_count(1)
    expect(flawed).to_contain_text("Number of orders")
    expect(flawed.locator(".tree-flaws")).to_contain_text("number")
    expect(page.locator(".preview-flaws")).to_contain_text("/all/1/any/0/value")
    shot(visit, "segment-fault")
    flawed.locator("input").fill("2")
    expect(page.locator(".tree-item.is-flawed")).to_have_count(0)
    assert tree(page)["all"][1]["any"][0]["value"] == 2
    page.fill("#conditions", '{"all": [')
    expect(page.locator("[data-json-problem]")).to_be_visible()
    expect(page.locator(".tree-item.is-test")).to_have_count(2)
    kept = {"any": [{"not": {"receipts": {"where": {"field": "number", "op": "eq", "value": "x"}, "have": {"exactly": 0}}}}, {"all": []}]}
    page.fill("#conditions", json.dumps(kept))
    expect(page.locator("[data-json-problem]")).to_be_hidden()
    expect(page.locator(".tree-item.is-block")).to_have_count(1)
    assert tree(page) == kept
    visit.look()


def saving(visit):
    page = visit.page
    builder(visit)
    page.fill("#name", "Good regulars")
    pick(page, page.locator("[data-builder] .tree-add").first, "number orders", "Number of orders", "orders.count")
    page.keyboard.type("2")
    # Those of the question before stand there until this one is answered.
    expect(page.locator("[data-fragment=preview] [data-words]")).to_contain_text("at least 2")
    expect(page.locator("[data-fragment=preview] .people li").first).to_be_visible()
    person = page.locator("[data-fragment=preview] .people a").first.get_attribute("href").rsplit("/", 1)[1]
    page.fill("#explain-customer", person)
    page.keyboard.press("Enter")
    expect(page.locator(".explanation-verdict")).to_contain_text("is in it")
    expect(page.locator(".why-actual").first).not_to_have_text("")
    shot(visit, "segment-explained")
    page.get_by_role("button", name="Add segment").last.click()
    page.wait_for_url("**/segments/by-code/good-regulars")
    expect(page.locator("#members tbody tr").first).to_be_visible()
    visit.look()
    shot(visit, "segment")
    visit.go("/segments")
    row = page.locator('tr[data-id="good-regulars"]')
    expect(row.locator(".bar")).to_be_visible()
    visit.look()
    shot(visit, "segments")
    visit.go(f"/customers/by-id/{person}?tab=segments")
    page.locator(".membership summary", has_text="Good regulars").locator(".membership-why").click()
    expect(page.locator(".membership .explanation-verdict")).to_contain_text("is in it")
    visit.look()
    shot(visit, "profile-segments")
    # An audience, by pasted identifiers.
    visit.go("/segments/audiences/new")
    page.fill("#name", "Testers")
    page.get_by_role("button", name="Add audience").click()
    page.wait_for_url("**/segments/by-code/testers")
    page.fill("#customers", f"{person}\nnobody-at-all")
    page.get_by_role("button", name="Add them").click()
    expect(page.locator(".notice")).to_contain_text("1 customer added. 1 unknown:")
    expect(page.locator(".unknown")).to_contain_text("nobody-at-all")
    visit.go("/segments/by-code/testers")
    expect(page.locator("#members tbody tr")).to_have_count(1)
    visit.look()
    shot(visit, "audience")
    page.locator("#members").get_by_role("button", name="Remove").click()
    expect(page.locator("#members")).to_contain_text("Nobody is in it now")
    visit.go("/segments/rfm")
    visit.look()
    shot(visit, "rfm")
    page.locator("a.score").first.click()
    page.wait_for_selector("[data-builder][data-ready]")
    assert [part["field"] for part in tree(page)["all"]] == ["rfm.r", "rfm.f"], tree(page)
    page.wait_for_selector("[data-fragment=preview] [data-count]")
    visit.go("/segments")
    page.locator('tr[data-id="testers"]').get_by_role("link", name="Delete Testers").click()
    expect(page.locator("dialog")).to_contain_text("Delete the audience Testers?")
    page.locator("dialog").get_by_role("button", name="Delete audience").click()
    expect(page.locator(".toast")).to_contain_text("It is deleted.")


def small_and_plain(visit, browser):
    small = Visit(
        browser, viewport={"width": 360, "height": 740}, color_scheme="dark", storage_state=visit.context.storage_state()
    )
    for path in ("/segments", "/segments/by-code/good-regulars?sizes=1", "/segments/rfm", "/segments/audiences/new"):
        small.go(path)
        shot(small, f"small{path.split('?')[0].replace('/', '-')}")
    builder(small)
    deep = {"all": [
        {"field": "customer.city", "op": "in", "value": ["Lisbon", "Vila Nova de Gaia"]},
        {"any": [{"not": {"any": [{"field": "orders.last_date", "op": "between", "value": ["2026-01-01", "2026-06-30"]}]}}]},
        {"orders": {"where": {"all": [
            {"field": "status", "op": "in", "value": ["completed"]},
            {"lines": {"where": {"all": [{"field": "product.name", "op": "contains", "value": "tea"}]}}},
            {"history": {"where": {"field": "stayed", "op": "gte", "value": {"n": 3, "unit": "day"}}}},
        ]}, "have": {"measure": "median", "field": "value", "op": "gte", "value": 20}, "pick": "last"}},
    ]}
    small.page.locator("details[data-json] summary").click()
    small.page.fill("#conditions", json.dumps(deep))
    expect(small.page.locator("[data-fragment=preview] [data-words]")).to_contain_text("median")
    small.look()
    shot(small, "small-builder")
    small.page.locator("[data-builder] .tree-add").last.click()
    small.look()
    small.page.screenshot(path=f"{SHOTS}/small-picker.png")
    visit.errors += small.errors
    small.context.close()
    plain = Visit(browser, java_script_enabled=False, storage_state=visit.context.storage_state())
    page = plain.page
    page.goto(URL + "/segments/new")
    page.fill("#name", "By hand")
    page.locator("details[data-json] summary").click()
    page.fill("#conditions", '{"all":[{"field":"orders.count","op":"nope","value":1}]}')
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".preview-flaws")).to_contain_text("/all/0/op")
    page.locator("details[data-json] summary").click()
    page.fill("#conditions", '{"all":[{"field":"orders.count","op":"gte","value":1}]}')
    page.get_by_role("button", name="Check").click()
    expect(page.locator("[data-count]")).to_be_visible()
    page.get_by_role("button", name="Add segment").last.click()
    page.get_by_role("link", name="Show how many, and who").click()
    expect(page.locator("#members tbody tr").first).to_be_visible()
    plain.context.close()


def picture(visit, browser):
    """The builder as the documentation shows it."""
    if not PICTURE:
        return
    wide = Visit(browser, viewport={"width": 1360, "height": 860}, storage_state=visit.context.storage_state())
    builder(wide)
    wide.page.fill("#name", "Lapsed regulars")
    wide.page.fill("#description", "Bought twice, not in the last month")
    shown = {"all": [
        {"field": "orders.count", "op": "gte", "value": 2},
        {"any": [
            {"field": "customer.city", "op": "in", "value": ["Lisbon", "Porto"]},
            {"field": "customer.consents.email", "op": "in", "value": ["subscribed"]},
        ]},
        {"not": {"field": "orders.last_date", "op": "in_last", "value": {"n": 30, "unit": "day"}}},
        {"orders": {
            "where": {"all": [{"field": "status", "op": "in", "value": ["completed"]}, {"field": "date", "op": "in_last", "value": {"n": 12, "unit": "month"}}]},
            "have": {"measure": "sum", "field": "value", "op": "gte", "value": 100},
        }},
    ]}
    wide.page.locator("details[data-json] summary").click()
    wide.page.fill("#conditions", json.dumps(shown))
    expect(wide.page.locator("[data-words]")).to_contain_text("at least 100")
    wide.page.locator("details[data-json] summary").click()
    wide.page.locator("h1").click()
    wide.page.evaluate("scrollTo(0, 0)")
    wide.page.screenshot(path=PICTURE)
    wide.context.close()


with sync_playwright() as playwright:
    browser = start(playwright)
    visit = Visit(browser)
    set_up(visit, sample=True)
    visit.errors += visit.page.evaluate(MODEL)
    by_mouse(visit)
    by_keyboard(visit)
    by_events(visit, browser)
    json_both_ways(visit)
    saving(visit)
    small_and_plain(visit, browser)
    picture(visit, browser)
    browser.close()

print(f"pictures are in {SHOTS}")
assert not visit.errors, "\n".join(["The pages have faults:", *visit.errors])

import { attach } from "../lib/attach.js";
import { firstOperator, firstValue, loadCatalogue } from "../lib/condition-catalogue.js";
import { draggable } from "../lib/condition-drag.js";
import { picker } from "../lib/condition-picker.js";
import * as conditions from "../lib/conditions.js";
import { draw } from "../lib/condition-view.js";
import { loadFragment } from "../lib/fragment.js";

const typingMs = 150;
const historyLimit = 100;

/**
 * Builds a tree of conditions. The textarea with the JSON is what the form sends: what is built is written there, and what
 * is typed there is drawn. After each change the server says what the tree comes to, or what is wrong and where.
 */
export default async function segmentBuilder(form) {
    const holder = form.querySelector("[data-builder]");
    const source = form.elements.namedItem("conditions");
    const status = form.querySelector("[data-builder-status]");
    const undo = form.querySelector("[data-undo]");
    const problem = form.querySelector("[data-json-problem]");
    const catalogue = await loadCatalogue(form.dataset.fields);
    const chooser = picker(document.getElementById("condition-picker"));

    let tree = conditions.group();
    let flaws = new Map();
    let history = [];
    let timer = 0;

    const view = { catalogue, get flaws() { return flaws; }, act, suggest };

    // MARK: What is shown

    function show(focus) {
        const key = focus ?? document.activeElement?.closest("[data-builder] [data-key]")?.dataset.key;
        holder.replaceChildren(draw(tree, view));
        attach(holder);
        if (key) holder.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
    }

    function say(text) {
        status.textContent = text;
    }

    function readSource() {
        try {
            const json = JSON.parse(source.value);
            problem.hidden = true;
            return json;
        } catch (error) {
            problem.textContent = `This is not JSON yet: ${error.message}`;
            problem.hidden = false;
            return undefined;
        }
    }

    // MARK: What changes

    /** Takes a new tree: redraws it unless somebody is typing in it, writes it, and asks what it comes to. */
    function take(next, { redraw = true, focus, wait = 0 } = {}) {
        if (next === tree) return false;
        history = [...history.slice(-historyLimit), tree];
        undo.disabled = false;
        tree = next;
        problem.hidden = true;
        source.value = JSON.stringify(conditions.write(tree), null, 2);
        if (redraw) show(focus);
        ask(wait);
        return true;
    }

    function act(what, id, more) {
        const change = (how, options) => take(conditions.change(tree, id, how), options);
        switch (what) {
        case "mode": return change((node) => ({ ...node, mode: more, bare: false }));
        case "value": return change((node) => ({ ...node, value: more.value }), { redraw: false, wait: typingMs });
        case "path": return change((node) => ({ ...node, field: more.field }), { redraw: false, wait: typingMs });
        case "op": return change((node) => ({ ...node, op: more.op, value: carried(node, more.type, more.op) }), { focus: `${id}:op` });
        case "pick": return change((node) => ({ ...node, pick: more }));
        case "have": return change((node) => ({ ...node, have: tidy(more.have) }), { redraw: more.redraw, wait: typingMs });
        case "measure": return change((node) => ({ ...node, have: measured(more) }), { focus: `${id}:measure` });
        case "have-op": return change((node) => ({ ...node, have: tidy({ ...more.now, op: more.op, value: carried({ ...more.now }, more.type, more.op) }) }));
        case "have-field": return choose("Measure what?", measurable(more.scope), (item) => change((node) => ({ ...node, have: tidy({ ...more.now, field: item.field.code }) })), `${id}:have-field`);
        case "deny": return take(conditions.deny(tree, id), { focus: `${id}:grip` });
        case "step": return stepped(id, more);
        case "wrap": {
            const next = conditions.wrap(tree, id);
            say("Put into a group of its own.");
            return take(next, { focus: `${id}:grip` });
        }
        case "unwrap": return take(conditions.unwrap(tree, id));
        case "duplicate": {
            const made = conditions.duplicate(tree, id);
            say(`${more.name} duplicated.`);
            return take(made.tree, { focus: `${made.id}:grip` });
        }
        case "remove": return removed(id, more.name);
        case "add": return choose("Add a condition", everything(more.scope), (item) => added(id, item), `${id}:add`);
        case "field": return choose("Choose a field", fields(more.scope), (item) => change((node) => retyped(node, item.field, more.scope)), `${id}:field`);
        case "segment": return choose("Choose a segment", segments(), (item) => change((node) => ({ ...node, code: item.segment })), `${id}:field`);
        default: return false;
        }
    }

    function stepped(id, { direction, name }) {
        const to = conditions.step(tree, id, direction);
        if (!to) return say(`${name} cannot go there.`);
        take(conditions.move(tree, id, to.holder, to.index), { focus: `${id}:grip` });
        return told(id, name);
    }

    /** Says where a node stands now. */
    function told(id, name) {
        const at = conditions.parent(tree, id);
        const where = at.holder.id === tree.id ? "" : " of its group";
        say(`${name}: place ${at.index + 1} of ${at.holder.parts.length}${where}.`);
    }

    function removed(id, name) {
        const { holder: group, index } = conditions.parent(tree, id);
        const next = group.parts[index + 1] ?? group.parts[index - 1];
        take(conditions.remove(tree, id), { focus: next ? `${next.id}:grip` : `${group.id}:add` });
        say(`${name} removed.`);
    }

    function added(group, item) {
        const node = item.make();
        const first = item.field?.isOpen ? `${node.id}:path` : `${node.id}:value`;
        take(conditions.insert(tree, group, node), { focus: first });
        const fallback = node.kind === "group" ? `${node.id}:add` : node.kind === "block" ? `${node.where.id}:add` : `${node.id}:op`;
        if (document.activeElement?.dataset?.key !== first || node.kind === "block") holder.querySelector(`[data-key="${fallback}"]`)?.focus();
        say(`${item.name} added.`);
    }

    /** The value that stays when something else is asked; what begins there where it cannot. */
    function carried(node, type, code) {
        const before = catalogue.operator(type, node.op)?.operand;
        const operator = catalogue.operator(type, code);
        if (operator.operand === before) return node.value;
        if (before === "text" && operator.operand === "list" && typeof node.value === "string") return [node.value];
        if (before === "list" && operator.operand === "text" && node.value?.length === 1) return node.value[0];
        return firstValue(operator);
    }

    function retyped(node, field, scope) {
        const before = catalogue.field(scope, node.field);
        if (before?.type === field.type && field.choices.length === 0) return { ...node, field: field.code };
        return { ...asked(field), id: node.id, not: node.not };
    }

    function asked(field) {
        const operator = firstOperator(catalogue.operators(field.type));
        return conditions.test(field.code, operator.code, firstValue(operator));
    }

    function measured({ measure, now, scope }) {
        if (measure === "count") return null;
        const field = catalogue.field(scope, now.field) ?? catalogue.fields(scope).find((one) => one.measurable && one.code === "value") ?? catalogue.fields(scope).find((one) => one.measurable);
        const keeps = now.measure !== "count";
        return tidy({ measure, field: field?.code, op: keeps ? now.op : "gte", value: keeps ? now.value : undefined });
    }

    /** What a block must have, in the fewest words. */
    function tidy({ measure, field, op, value }) {
        if (measure === "count" && op === "gte" && value === 1) return null;
        if (measure === "count" && op === "eq" && value !== undefined) return { exactly: value };
        const have = { measure };
        if (measure !== "count" && field) have.field = field;
        have.op = op;
        if (value !== undefined) have.value = value;
        return have;
    }

    // MARK: What can be chosen

    function choose(title, items, then, focus) {
        chooser.open(items, title, (item) => {
            if (item) then(item);
            else holder.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
        });
    }

    function fields(scope) {
        return catalogue.fields(scope).map((field) => ({ name: field.name, code: field.code, group: field.group, help: field.help, field, make: () => asked(field) }));
    }

    function measurable(scope) {
        return fields(scope).filter((item) => item.field.measurable);
    }

    function segments() {
        const own = form.elements.namedItem("edited").value;
        return catalogue.segments.filter((one) => one.code !== own).map((one) => ({
            name: one.name, code: one.code, group: "Segments and audiences", help: "", segment: one.code, make: () => conditions.segment(one.code),
        }));
    }

    function everything(scope) {
        const groups = [
            { name: "All of these", group: "Groups", help: "Conditions that must all hold.", make: () => conditions.group("all") },
            { name: "Any of these", group: "Groups", help: "Conditions of which one is enough.", make: () => conditions.group("any") },
            { name: "None of these", group: "Groups", help: "Conditions of which none may hold.", make: () => conditions.group("any", [], { not: 1 }) },
        ];
        const blocks = catalogue.blocks(scope).map((kind) => ({ name: kind.name, group: "Records, with conditions of their own", help: kind.help, make: () => conditions.block(kind.code) }));
        return [...blocks, ...fields(scope), ...(catalogue.scope(scope)?.segments ? segments() : []), ...groups];
    }

    async function suggest(field, begin) {
        const query = new URLSearchParams({ scope: field.scope, field: field.code, q: begin });
        const response = await fetch(`${form.dataset.suggestions}?${query}`);
        return response.ok ? (await response.json()).values : [];
    }

    // MARK: What it comes to

    function body(names) {
        const all = new FormData(form);
        return new URLSearchParams(names.map((name) => [name, all.get(name) ?? ""]));
    }

    function ask(wait) {
        clearTimeout(timer);
        timer = setTimeout(async () => {
            // A later question aborts this one, whose answer is then not shown.
            const isNow = await loadFragment("preview", form.dataset.preview, { request: { method: "POST", body: body(["_csrf", "conditions"]) }, quiet: true });
            if (isNow) mark();
        }, wait);
    }

    /** Puts what is wrong beside the conditions that it is about. */
    function mark() {
        const found = new Map();
        for (const item of form.querySelectorAll("[data-flaws] li")) {
            const at = conditions.locate(tree, item.dataset.pointer);
            if (!at) continue;
            const { code } = item.dataset;
            const text = code === "required" && at.part.endsWith("value") ? "A value is missing." : item.firstChild.textContent.trim();
            found.set(at.id, [...(found.get(at.id) ?? []), { code, part: at.part, text }]);
        }
        const before = JSON.stringify([...flaws]);
        flaws = found;
        const count = form.querySelector("[data-count]");
        say(count ? `${count.textContent} customers` : found.size > 0 ? "Some conditions are not right yet." : "");
        if (JSON.stringify([...flaws]) !== before) refresh();
    }

    /** Shows flaws without taking away the field that somebody types in. */
    function refresh() {
        const active = document.activeElement;
        const isTyping = holder.contains(active) && active.matches("input");
        if (!isTyping) return show();
        const fresh = draw(tree, view);
        for (const item of holder.querySelectorAll("[data-node]")) {
            const same = fresh.querySelector(`[data-node="${item.dataset.node}"]`);
            if (!same) continue;
            item.className = same.className;
            const list = ":scope > .tree-flaws, :scope > .tree-box > .tree-flaws";
            item.querySelector(list)?.replaceChildren(...same.querySelector(list).children);
        }
    }

    // MARK: Beginning

    source.addEventListener("input", () => {
        const json = readSource();
        if (json === undefined) return;
        history = [...history.slice(-historyLimit), tree];
        undo.disabled = false;
        tree = conditions.read(json, catalogue.blockCodes);
        show();
        ask(typingMs);
    });
    undo.addEventListener("click", () => {
        const before = history.at(-1);
        if (!before) return;
        const rest = history.slice(0, -1);
        take(before);
        history = rest;
        undo.disabled = rest.length === 0;
        say("Undone.");
    });
    form.addEventListener("submit", (event) => {
        if (!event.submitter?.matches("[data-explain-button]")) return;
        event.preventDefault();
        explain();
    });
    form.elements.namedItem("customer").addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        explain();
    });
    function explain() {
        loadFragment("explanation", form.dataset.explain, { request: { method: "POST", body: body(["_csrf", "conditions", "customer"]) } });
    }
    draggable(holder, (id, group, index) => {
        const name = holder.querySelector(`[data-key="${id}:grip"]`)?.getAttribute("aria-label").replace(/^Move /, "") ?? "";
        if (take(conditions.move(tree, id, group, index), { focus: `${id}:grip` })) told(id, name);
    });

    const json = readSource();
    if (json !== undefined) tree = conditions.read(json, catalogue.blockCodes);
    show();
    holder.dataset.ready = "true";
    if (json !== undefined) ask(0);
}

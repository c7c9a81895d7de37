// Draws the tree of the builder. What is done to it is told by `act(name, id, more)`; nothing is kept here.

import { el, hidden, icon } from "./dom.js";
import { valueEditor } from "./condition-values.js";

const anything = { code: "", name: "", type: "", choices: [], help: "" };

/** Draws a tree; `view` has the catalogue, the flaws by node, `act` and `suggest`. */
export function draw(tree, view) {
    return box(tree, view, { scope: "customer", level: 1, isRoot: true });
}

/** A group's head, its parts, and the button that adds one. */
function box(node, view, { scope, level, isRoot = false, isWhere = false }) {
    const count = node.parts.length;
    const name = isRoot ? "the segment" : isWhere ? "these records" : "this group";
    const mode = el("select", {
        class: "input mode", "aria-label": `How many of the conditions of ${name} must hold`, data: { key: `${node.id}:mode` },
        onchange: ({ target }) => view.act("mode", node.id, target.value),
    }, [["all", "all of these"], ["any", "any of these"]].map(([value, text]) => {
        const option = el("option", { value }, text);
        option.selected = value === node.mode;
        return option;
    }));
    const lead = isRoot ? "Customers who fulfil" : isWhere ? "of which hold" : node.not % 2 === 1 ? "Not:" : "";
    const empty = node.mode === "all" ? { true: "Everybody, as long as nothing is asked.", false: "Nothing is asked: every one of them counts." } : { true: "Nobody: of no condition none holds.", false: "None: of no condition none holds." };
    return el("div", { class: `tree-box${isRoot ? " is-root" : ""}`, data: { box: node.id } },
        el("div", { class: "tree-head" },
            isRoot || isWhere ? null : grip(node, "group", view),
            lead ? el("span", { class: node.not % 2 === 1 ? "tree-not" : "tree-word" }, lead) : null, mode,
            isRoot || isWhere ? null : menu(node, "group", view)),
        flaws(node, view),
        el("ol", { class: "tree-parts", data: { group: node.id, scope } }, node.parts.map((part) => item(part, view, { scope, level }))),
        count === 0 ? el("p", { class: "tree-empty small muted" }, empty[String(isRoot || !isWhere)]) : null,
        el("button", {
            class: "button button-quiet tree-add", type: "button", data: { key: `${node.id}:add` },
            onclick: () => view.act("add", node.id, { scope }),
        }, icon("plus"), isWhere || !isRoot ? "Condition" : "Add condition", isRoot ? null : hidden(` to ${name}`)));
}

function item(node, view, { scope, level }) {
    const drawn = { group: groupItem, test: testItem, segment: segmentItem, block: blockItem, raw: rawItem }[node.kind];
    const mark = view.flaws.has(node.id) ? (view.flaws.get(node.id).every((flaw) => flaw.code === "required") ? " is-unfinished" : " is-flawed") : "";
    return el("li", { class: `tree-item is-${node.kind}${mark}`, data: { node: node.id, scope } }, drawn(node, view, { scope, level }));
}

const groupItem = (node, view, at) => box(node, view, { ...at, level: at.level + 1 });

/** What is wrong with a node, beneath it; empty where nothing is. */
function flaws(node, view) {
    const found = view.flaws.get(node.id) ?? [];
    return el("ul", { class: "tree-flaws", id: `flaws-${node.id}` }, found.map((flaw) => el("li", {}, flaw.text)));
}

function line(node, name, view, ...parts) {
    return [
        el("div", { class: "tree-line" }, grip(node, name, view),
            node.not % 2 === 1 ? el("button", { class: "tree-not", type: "button", title: "Take the not away", data: { key: `${node.id}:not` }, onclick: () => view.act("deny", node.id) }, "not") : null,
            el("div", { class: "tree-content" }, ...parts), menu(node, name, view)),
        flaws(node, view),
    ];
}

// MARK: Kinds

function testItem(node, view, { scope }) {
    const field = view.catalogue.field(scope, node.field);
    const name = field?.name ?? node.field;
    return line(node, name, view,
        el("button", {
            class: "button tree-field", type: "button", title: field ? field.help || field.code : "This field is not known", data: { key: `${node.id}:field` },
            onclick: () => view.act("field", node.id, { scope }),
        }, name, hidden(", choose another field")),
        field?.isOpen ? path(field, node.field, `${node.id}:path`, (code) => view.act("path", node.id, { field: code })) : null,
        field ? operators(node, field.type, name, view, (op) => view.act("op", node.id, { op, type: field.type })) : null,
        field ? editor(node, field, name, view) : el("code", { class: "small" }, JSON.stringify(node.value ?? null)));
}

/** The rest of the code of a field of which there are as many as somebody thinks of. */
function path(field, code, key, change) {
    return el("input", {
        class: "input mono tree-path", type: "text", value: code.slice(field.code.length), placeholder: "path", "aria-label": `${field.name}: which, such as color or utm.source`,
        autocomplete: "off", autocapitalize: "none", spellcheck: "false", data: { key }, oninput: ({ target }) => change(field.code + target.value.trim()),
    });
}

function operators(node, type, name, view, change) {
    const known = view.catalogue.operators(type);
    const list = known.some((one) => one.code === node.op) ? known : [{ code: node.op ?? "", name: node.op ?? "choose" }, ...known];
    return el("select", { class: "input tree-op", "aria-label": `${name}: what is asked`, data: { key: `${node.id}:op` }, onchange: ({ target }) => change(target.value) },
        list.map((one) => {
            const option = el("option", { value: one.code }, one.name);
            option.selected = one.code === node.op;
            return option;
        }));
}

function editor(node, field, name, view, more = {}) {
    const operator = view.catalogue.operator(field.type, node.op);
    if (!operator) return null;
    const made = valueEditor({
        field, operator, value: node.value, key: `${node.id}:value`, label: `${name} ${operator.name}`,
        change: (value) => view.act("value", node.id, { value }), suggest: (begin) => view.suggest(field, begin), ...more,
    });
    if (made && view.flaws.has(node.id)) made.setAttribute("aria-describedby", `flaws-${node.id}`);
    return made;
}

function segmentItem(node, view) {
    const known = view.catalogue.segments.find((one) => one.code === node.code);
    const name = known?.name ?? node.code;
    return line(node, `Segment ${name}`, view, el("span", { class: "tree-word" }, known?.audience ? "in audience" : "in segment"),
        el("button", { class: "button tree-field", type: "button", data: { key: `${node.id}:field` }, onclick: () => view.act("segment", node.id) },
            icon(known?.audience ? "audience" : "segments"), name, hidden(", choose another segment")));
}

function rawItem(node, view) {
    return line(node, "Condition", view, el("code", { class: "small break" }, JSON.stringify(node.json)));
}

function blockItem(node, view, { scope, level }) {
    const kind = view.catalogue.block(scope, node.block) ?? { name: node.block, many: node.block, one: node.block, scope };
    return [
        line(node, kind.name, view, el("span", { class: "tree-block", title: kind.help }, kind.name), ...have(node, kind, view), pick(node, kind, view)),
        el("div", { class: "tree-where" }, box(node.where, view, { scope: kind.scope, level: level + 1, isWhere: true })),
    ].flat();
}

/** How many of a block's records there must be, or how large: a measure, what is measured, and what it is held against. */
function have(node, kind, view) {
    const said = node.have ?? { measure: "count", op: "gte", value: 1 };
    const now = "exactly" in said ? { measure: "count", op: "eq", value: said.exactly } : { measure: "count", op: "gte", value: 1, ...said };
    const isCount = now.measure === "count";
    const found = isCount ? null : view.catalogue.field(kind.scope, now.field);
    // What is measured is a number, whatever else it might be.
    const field = found?.isOpen ? { ...found, type: "number" } : found;
    // What is typed is not drawn anew, so the next field must know of it.
    const tell = (changed, hasFocus) => view.act("have", node.id, { have: { ...Object.assign(now, changed) }, redraw: !hasFocus });
    const measure = el("select", {
        class: "input", "aria-label": `${kind.name}: what is measured`, data: { key: `${node.id}:measure` },
        onchange: ({ target }) => view.act("measure", node.id, { measure: target.value, now, scope: kind.scope }),
    }, view.catalogue.measures.map(({ code, name }) => {
        const option = el("option", { value: code }, code === "count" ? "number" : name.replace(/^the /, ""));
        option.selected = code === now.measure;
        return option;
    }));
    const type = isCount ? { ...anything, type: "number", name: "Number" } : field ?? { ...anything, name: now.field };
    const proxy = { id: node.id, op: now.op, value: now.value };
    return [
        measure,
        isCount ? null : el("button", {
            class: "button tree-field", type: "button", data: { key: `${node.id}:have-field` }, onclick: () => view.act("have-field", node.id, { now, scope: kind.scope }),
        }, field?.name ?? now.field ?? "choose a field", hidden(", choose another field to measure")),
        field?.isOpen ? path(field, now.field, `${node.id}:have-path`, (code) => tell({ field: code }, true)) : null,
        type.type ? operators(proxy, type.type, `${kind.name}, ${type.name}`, view, (op) => view.act("have-op", node.id, { now, op, type: type.type })) : null,
        type.type ? editor(proxy, type, `${kind.name}, ${type.name}`, view, { change: (value) => tell({ value }, true) }) : null,
    ];
}

function pick(node, kind, view) {
    const options = [["", `of all ${kind.many}`], ["first", `looking only at the first`], ["last", `looking only at the last`]];
    return el("select", {
        class: "input", "aria-label": `${kind.name}: which are looked at`, data: { key: `${node.id}:pick` },
        onchange: ({ target }) => view.act("pick", node.id, target.value || null),
    }, options.map(([value, text]) => {
        const option = el("option", { value }, text);
        option.selected = value === (node.pick ?? "");
        return option;
    }));
}

// MARK: Handles

function grip(node, name, view) {
    return el("button", {
        class: "sort-handle", type: "button", "aria-label": `Move ${name}`, title: "Drag, or use the arrow keys", data: { grip: "", key: `${node.id}:grip` },
        onkeydown: (event) => {
            const direction = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "into" }[event.key];
            if (direction) {
                event.preventDefault();
                view.act("step", node.id, { direction, name });
            } else if (event.key === "Delete" || event.key === "Backspace") {
                event.preventDefault();
                view.act("remove", node.id, { name });
            }
        },
    }, icon("grip"));
}

function menu(node, name, view) {
    const act = (text, mark, what, more = {}) => el("button", {
        class: `menu-item${what === "remove" ? " menu-item-danger" : ""}`, type: "button",
        onclick: () => view.act(what, node.id, { name, ...more }),
    }, icon(mark), text);
    return el("span", { class: "tree-actions" }, el("details", { class: "menu", data: { controller: "menu" } },
        el("summary", { class: "button button-quiet button-icon", data: { key: `${node.id}:menu` } }, icon("more"), hidden(`What can be done with ${name}`)),
        el("div", { class: "menu-panel is-end" }, el("div", { class: "menu-list" },
            act(node.not % 2 === 1 ? "Take the not away" : "Not this", "switch", "deny"),
            act("Move up", "arrow-up", "step", { direction: "up" }), act("Move down", "arrow-down", "step", { direction: "down" }),
            act("Out of the group", "chevron-left", "step", { direction: "out" }), act("Into the group beside it", "chevron-right", "step", { direction: "into" }),
            act("Put into a group", "wrap", "wrap"), node.kind === "group" ? act("Dissolve the group", "merge", "unwrap") : null,
            act("Duplicate", "copy", "duplicate"), act("Remove", "trash", "remove")))));
}

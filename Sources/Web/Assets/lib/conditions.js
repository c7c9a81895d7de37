// The tree of the builder as a value: read from JSON, changed by functions that return a new one, and written as JSON.
//
// A node has an id, how often it is denied (`not`), and a kind:
//   group   mode "all" or "any", parts; `bare` where JSON has its one part without a group around it
//   test    field, op, value
//   segment code
//   block   block, where (a group), pick, have
//   raw     json: what is none of these, kept as it was written
// Nothing here knows of the page.

let counter = 0;
const fresh = () => `n${++counter}`;
const isObject = (json) => typeof json === "object" && json !== null && !Array.isArray(json);
const keysOf = (json) => Object.keys(json);
const isOnly = (json, allowed) => keysOf(json).every((key) => allowed.includes(key));

export const group = (mode = "all", parts = [], more = {}) => ({ id: fresh(), not: 0, kind: "group", mode, parts, bare: false, ...more });
export const test = (field, op, value) => ({ id: fresh(), not: 0, kind: "test", field, op, value });
export const segment = (code) => ({ id: fresh(), not: 0, kind: "segment", code });
export const block = (code) => ({ id: fresh(), not: 0, kind: "block", block: code, where: bare(), pick: null, have: null });
const bare = (parts = []) => group("all", parts, { bare: true });
const raw = (json) => ({ id: fresh(), not: 0, kind: "raw", json });

// MARK: Reading

/** The tree of some JSON; the outermost node is always a group. `blocks` says which keys are blocks. */
export function read(json, blocks) {
    const node = readNode(json, blocks);
    return node.kind === "group" && node.not === 0 ? node : bare([node]);
}

function readNode(json, blocks) {
    if (!isObject(json)) return raw(json);
    const keys = keysOf(json);
    if (keys.length === 1) {
        const [key] = keys;
        const inner = json[key];
        if (key === "not") {
            const node = readNode(inner, blocks);
            return { ...node, not: node.not + 1 };
        }
        if ((key === "all" || key === "any") && Array.isArray(inner)) return group(key, inner.map((part) => readNode(part, blocks)));
        if (key === "segment" && typeof inner === "string") return segment(inner);
        if (blocks.includes(key) && isObject(inner)) return readBlock(key, inner, blocks) ?? raw(json);
    }
    if (typeof json.field === "string" && isOnly(json, ["field", "op", "value"])) return test(json.field, json.op, json.value);
    return raw(json);
}

function readBlock(key, json, blocks) {
    const isSound = isOnly(json, ["where", "have", "pick"])
        && (json.have === undefined || isObject(json.have)) && [undefined, "first", "last"].includes(json.pick);
    if (!isSound) return null;
    const node = block(key);
    if (json.where !== undefined) node.where = read(json.where, blocks);
    node.pick = json.pick ?? null;
    node.have = json.have ?? null;
    return node;
}

// MARK: Writing

/** The JSON of a tree. */
export const write = (node) => written(node).json;

/** The JSON of a tree, with where each node stands in it: pairs of a pointer and an id, the inner ones last. */
export function written(node, place = "", places = []) {
    const inside = place + "/not".repeat(node.not);
    places.push([place, node.id]);
    if (inside !== place) places.push([inside, node.id]);
    const json = content(node, inside, places);
    return { json: wrapped(json, node.not), places };
}

const wrapped = (json, times) => (times === 0 ? json : { not: wrapped(json, times - 1) });

function content(node, place, places) {
    switch (node.kind) {
    case "group": {
        if (isUnwrapped(node)) return written(node.parts[0], place, places).json;
        return { [node.mode]: node.parts.map((part, index) => written(part, `${place}/${node.mode}/${index}`, places).json) };
    }
    case "test": {
        const json = { field: node.field };
        if (node.op !== undefined) json.op = node.op;
        if (node.value !== undefined) json.value = node.value;
        return json;
    }
    case "segment": return { segment: node.code };
    case "block": {
        const json = {};
        const hasWhere = !(node.where.bare && node.where.parts.length === 0 && node.where.not === 0);
        if (hasWhere) json.where = written(node.where, `${place}/${node.block}/where`, places).json;
        if (node.pick) json.pick = node.pick;
        if (node.have) json.have = node.have;
        return { [node.block]: json };
    }
    default: return node.json;
    }
}

const isUnwrapped = (node) => node.bare && node.parts.length === 1;

/** The node that a pointer of a fault leads to, and what of it is meant; null where it leads nowhere. */
export function locate(tree, pointer) {
    let found = null;
    for (const [place, id] of written(tree).places) {
        if (pointer !== place && !pointer.startsWith(`${place}/`)) continue;
        if (found === null || place.length >= found.place.length) found = { id, place };
    }
    return found && { id: found.id, part: pointer.slice(found.place.length + 1) };
}

// MARK: Looking

/** The nodes directly within a node. */
export function children(node) {
    if (node.kind === "group") return node.parts;
    if (node.kind === "block") return node.where.parts;
    return [];
}

/** A node by its id. */
export function find(tree, id) {
    if (tree.id === id) return tree;
    if (tree.kind === "block" && tree.where.id === id) return tree.where;
    for (const child of children(tree)) {
        const found = find(child, id);
        if (found) return found;
    }
    return null;
}

/** The group that holds a node directly, and its place there; null for the outermost. */
export function parent(tree, id) {
    const holder = tree.kind === "block" ? tree.where : tree;
    if (holder.kind === "group") {
        const index = holder.parts.findIndex((part) => part.id === id);
        if (index >= 0) return { holder, index };
    }
    for (const child of children(tree)) {
        const found = parent(child, id);
        if (found) return found;
    }
    return null;
}

/** What conditions within a group are asked of: a scope by its code. `scopeOf(scope, block)` says what a block's records are. */
export function scope(tree, id, scopeOf, here = "customer") {
    if (tree.id === id) return here;
    const inner = tree.kind === "block" ? scopeOf(here, tree.block) : here;
    if (tree.kind === "block" && tree.where.id === id) return inner;
    for (const child of children(tree)) {
        const found = scope(child, id, scopeOf, inner);
        if (found) return found;
    }
    return null;
}

/** All nodes, each before those within it. */
export function all(tree) {
    return [tree, ...(tree.kind === "block" ? [tree.where] : []), ...children(tree).flatMap(all)];
}

/** How many fields, segments and blocks there are. */
export const count = (tree) => all(tree).filter((node) => ["test", "segment", "block", "raw"].includes(node.kind)).length;

// MARK: Changing

/** The tree with a node changed by a function. */
export function change(tree, id, how) {
    if (tree.id === id) return how(tree);
    if (tree.kind === "group") return { ...tree, parts: tree.parts.map((part) => change(part, id, how)) };
    if (tree.kind === "block") return { ...tree, where: change(tree.where, id, how) };
    return tree;
}

const spliced = (tree, holder, how) => change(tree, holder, (node) => ({ ...node, parts: how(node.parts) }));

/** The tree with a node put into a group, at a place or at the end. */
export function insert(tree, holder, node, index = Infinity) {
    return spliced(tree, holder, (parts) => [...parts.slice(0, index), node, ...parts.slice(index)]);
}

/** The tree without a node. */
export function remove(tree, id) {
    const at = parent(tree, id);
    return at ? spliced(tree, at.holder.id, (parts) => parts.filter((part) => part.id !== id)) : tree;
}

/** The tree with a node moved into a group, before what stands at a place there now; the tree itself where that cannot be. */
export function move(tree, id, holder, index) {
    const node = find(tree, id);
    const at = parent(tree, id);
    if (!node || !at || find(node, holder)) return tree;
    const shift = at.holder.id === holder && at.index < index ? 1 : 0;
    return insert(remove(tree, id), holder, node, index - shift);
}

/** Where a node goes by an arrow key: up, down, out of its group, or into the group beside it; null where it cannot. */
export function step(tree, id, direction) {
    const at = parent(tree, id);
    if (!at) return null;
    const { holder, index } = at;
    const siblings = holder.parts;
    if (direction === "up") return index > 0 ? { holder: holder.id, index: index - 1 } : null;
    if (direction === "down") return index < siblings.length - 1 ? { holder: holder.id, index: index + 2 } : null;
    if (direction === "out") {
        const outer = parent(tree, holder.id);
        // What is within a block stays there: its fields are of other records.
        return outer ? { holder: outer.holder.id, index: outer.index + 1 } : null;
    }
    const into = [siblings[index - 1], siblings[index + 1]].find((node) => node?.kind === "group");
    return into ? { holder: into.id, index: into === siblings[index - 1] ? into.parts.length : 0 } : null;
}

/** The tree with a node in a group of its own. */
export const wrap = (tree, id, mode = "any") => change(tree, id, (node) => group(mode, [node]));

/** The tree with a group's parts in the place of the group. */
export function unwrap(tree, id) {
    const node = find(tree, id);
    const at = parent(tree, id);
    if (!at || node?.kind !== "group") return tree;
    return spliced(tree, at.holder.id, (parts) => parts.flatMap((part) => (part.id === id ? node.parts : [part])));
}

/** A node with new ids throughout. */
export function copy(node) {
    const same = { ...structuredClone(node), id: fresh() };
    if (same.kind === "group") same.parts = same.parts.map(copy);
    if (same.kind === "block") same.where = copy(same.where);
    return same;
}

/** The tree with a copy of a node after it. */
export function duplicate(tree, id) {
    const at = parent(tree, id);
    const twin = copy(find(tree, id));
    return { tree: at ? insert(tree, at.holder.id, twin, at.index + 1) : tree, id: twin.id };
}

/** The tree with a node denied, or no longer. */
export const deny = (tree, id) => change(tree, id, (node) => ({ ...node, not: node.not > 0 ? node.not - 1 : 1 }));

// Moving a condition by its handle: a line shows where it would go.

import { el } from "./dom.js";

/** Lets the nodes of a builder be dragged. `drop(id, group, index)` is called with where one was let go. */
export function draggable(root, drop) {
    root.addEventListener("pointerdown", (event) => {
        const grip = event.target.closest("[data-grip]");
        if (!grip || event.button !== 0) return;
        event.preventDefault();
        grip.focus();
        const item = grip.closest("[data-node]");
        const line = el("li", { class: "drop-line", "aria-hidden": "true" });
        const begin = { x: event.clientX, y: event.clientY };
        let isMoving = false;
        let target = null;

        const move = ({ clientX, clientY }) => {
            if (!isMoving && Math.hypot(clientX - begin.x, clientY - begin.y) < 4) return;
            isMoving = true;
            item.classList.add("is-dragged");
            target = place(root, item, clientX, clientY);
            if (!target) return line.remove();
            const list = root.querySelector(`[data-group="${target.group}"]`);
            list.insertBefore(line, target.before);
        };
        const end = (finish) => {
            document.removeEventListener("pointermove", move);
            document.removeEventListener("pointerup", up);
            document.removeEventListener("pointercancel", cancel);
            document.removeEventListener("keydown", escape, true);
            item.classList.remove("is-dragged");
            line.remove();
            if (finish && isMoving && target) drop(item.dataset.node, target.group, target.index);
        };
        const up = () => end(true);
        const cancel = () => end(false);
        const escape = (key) => {
            if (key.key !== "Escape") return;
            key.stopPropagation();
            end(false);
        };
        document.addEventListener("pointermove", move);
        document.addEventListener("pointerup", up);
        document.addEventListener("pointercancel", cancel);
        document.addEventListener("keydown", escape, true);
    });
}

/** The group under a point that could take an item, the innermost, and its place there. */
function place(root, item, x, y) {
    const groups = [...root.querySelectorAll("[data-group]")].filter((list) =>
        list.dataset.scope === item.dataset.scope && !item.contains(list));
    const over = groups.filter((list) => {
        const box = list.closest("[data-box]").getBoundingClientRect();
        return y >= box.top && y <= box.bottom && x >= box.left - 12;
    });
    // Groups stand in the order of the page, so the last is the innermost.
    const list = over.at(-1);
    if (!list) return null;
    const members = [...list.children].filter((child) => child.dataset.node);
    const next = members.find((child) => {
        const box = child.getBoundingClientRect();
        return y < box.top + box.height / 2;
    });
    return { group: list.dataset.group, index: next ? members.indexOf(next) : members.length, before: next ?? null };
}

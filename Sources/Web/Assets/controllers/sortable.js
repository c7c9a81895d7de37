import { toastFailure } from "../lib/toast.js";

/** Reorders a form's list by dragging a handle or by its arrow keys, and saves each move. Without it buttons do. */
export default function sortable(form) {
    const list = form.querySelector("[data-sort-list]");
    if (!list) return;
    const status = form.querySelector("[data-sort-status]");
    const items = () => [...list.querySelectorAll("[data-sort-item]")];
    let saving = Promise.resolve();

    const settle = (item) => {
        const all = items();
        for (const [index, one] of all.entries()) {
            const up = one.querySelector("[data-sort-up]");
            const down = one.querySelector("[data-sort-down]");
            if (up) up.disabled = index === 0;
            if (down) down.disabled = index === all.length - 1;
        }
        if (status) status.textContent = `${item.dataset.name}: place ${all.indexOf(item) + 1} of ${all.length}.`;
        const body = new URLSearchParams(new FormData(form));
        // One after the other, so that the last move is the one that stays.
        saving = saving.then(() => save(form, body));
    };

    list.addEventListener("keydown", (event) => {
        const handle = event.target.closest("[data-sort-handle]");
        if (!handle) return;
        const item = handle.closest("[data-sort-item]");
        const all = items();
        const index = all.indexOf(item);
        const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: all.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        if (to === index || to < 0 || to >= all.length) return;
        if (to < index) all[to].before(item); else all[to].after(item);
        handle.focus();
        settle(item);
    });

    list.addEventListener("pointerdown", (event) => {
        const handle = event.target.closest("[data-sort-handle]");
        if (!handle || event.button !== 0) return;
        event.preventDefault();
        handle.focus();
        const item = handle.closest("[data-sort-item]");
        const before = items().indexOf(item);
        item.classList.add("is-dragged");
        // Heard by the document: a handle that moves with its item would lose the pointer.
        const move = ({ clientY }) => {
            const others = items().filter((one) => one !== item);
            const next = others.find((one) => {
                const box = one.getBoundingClientRect();
                return clientY < box.top + box.height / 2;
            });
            if (next) { if (item.nextElementSibling !== next) next.before(item); }
            else if (list.lastElementChild !== item) list.append(item);
        };
        const end = () => {
            document.removeEventListener("pointermove", move);
            document.removeEventListener("pointerup", end);
            document.removeEventListener("pointercancel", end);
            item.classList.remove("is-dragged");
            if (items().indexOf(item) !== before) settle(item);
        };
        document.addEventListener("pointermove", move);
        document.addEventListener("pointerup", end);
        document.addEventListener("pointercancel", end);
    });
}

async function save(form, body) {
    try {
        const response = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "sort" } });
        if (!response.ok) toastFailure();
    } catch {
        toastFailure();
    }
}

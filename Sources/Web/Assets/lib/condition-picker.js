// The window in which a condition is chosen: every field, group of conditions, block and segment, found by what it means.

import { el, fold } from "./dom.js";

/** Makes the picker of a dialog. `open(items, title, take)` shows it; `take(item)` is called with what was chosen. */
export function picker(dialog) {
    const search = dialog.querySelector("input");
    const list = dialog.querySelector("[role=listbox]");
    const title = dialog.querySelector("h2");
    let items = [];
    let shown = [];
    let active = -1;
    let tell = null;

    const mark = (index) => {
        list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
        active = index;
        const option = shown[index] ? document.getElementById(`pick-${index}`) : null;
        option?.setAttribute("aria-selected", "true");
        option?.scrollIntoView({ block: "nearest" });
        if (option) search.setAttribute("aria-activedescendant", option.id);
        else search.removeAttribute("aria-activedescendant");
    };

    const show = () => {
        const words = fold(search.value).split(/\s+/).filter(Boolean);
        const found = items.map((item) => ({ item, rank: rank(item, words) })).filter(({ rank }) => rank > 0);
        if (words.length > 0) found.sort((left, right) => right.rank - left.rank);
        const groups = new Map();
        for (const { item } of found) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
        shown = [...groups.values()].flat();
        let index = 0;
        list.replaceChildren(...[...groups].map(([name, members], place) => el("div", { role: "group", "aria-labelledby": `pick-group-${place}` },
            el("div", { class: "picker-group", id: `pick-group-${place}` }, name),
            members.map((item) => option(item, index++)))));
        if (shown.length === 0) list.append(el("p", { class: "muted picker-none" }, "Nothing is called so. Try another word."));
        mark(shown.length > 0 ? 0 : -1);
    };

    const option = (item, index) => el("div", { role: "option", id: `pick-${index}`, class: "picker-option", "aria-selected": "false", data: { index } },
        el("span", { class: "picker-name" }, item.name, item.code ? el("span", { class: "mono small muted" }, item.code) : null),
        item.help ? el("span", { class: "picker-help" }, item.help) : null);

    // At once, and not when the window says that it is closed: somebody may type on already.
    const finish = (item) => {
        const then = tell;
        tell = null;
        dialog.close();
        then?.(item);
    };
    const take = (index) => { if (shown[index]) finish(shown[index]); };

    search.addEventListener("input", show);
    search.addEventListener("keydown", (event) => {
        const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 8, PageUp: active - 8 }[event.key];
        if (event.key === "Enter") {
            event.preventDefault();
            take(active);
        }
        if (to === undefined) return;
        event.preventDefault();
        mark(Math.min(Math.max(to, 0), shown.length - 1));
    });
    list.addEventListener("click", (event) => {
        const chosen = event.target.closest("[data-index]");
        if (chosen) take(Number(chosen.dataset.index));
    });
    list.addEventListener("pointermove", (event) => {
        const over = event.target.closest("[data-index]");
        if (over && Number(over.dataset.index) !== active) mark(Number(over.dataset.index));
    });
    dialog.querySelector("[data-picker-close]").addEventListener("click", () => finish(null));
    dialog.addEventListener("click", (event) => { if (event.target === dialog) finish(null); });
    dialog.addEventListener("close", () => { if (tell) finish(null); });

    return {
        open(choices, heading, then) {
            items = choices.map((item) => ({ ...item, sought: [item.name, item.code ?? "", item.group, item.help ?? ""].map(fold) }));
            title.textContent = heading;
            search.value = "";
            tell = then;
            show();
            dialog.showModal();
            search.focus();
            list.scrollTop = 0;
        },
    };
}

/** How well an item fits all words: by its name before its code, group and help; 0 where one of them is missing. */
function rank(item, words) {
    const [name, ...others] = item.sought;
    const rest = others.join(" ");
    let sum = 1;
    for (const word of words) {
        if (name.startsWith(word)) sum += 8;
        else if (name.includes(` ${word}`)) sum += 6;
        else if (name.includes(word)) sum += 4;
        else if (rest.includes(word)) sum += 1;
        else return 0;
    }
    return sum;
}

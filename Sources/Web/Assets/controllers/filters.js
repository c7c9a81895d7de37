import { loadFragment } from "../lib/fragment.js";

const typingMs = 300;

/** Applies a filter form as it is changed: the results are swapped and the address follows. */
export default function filters(form) {
    const name = form.dataset.results;
    let timer = 0;
    let applied = address(form);

    const apply = () => {
        clearTimeout(timer);
        const url = address(form);
        if (url === applied) return;
        applied = url;
        history.replaceState(null, "", url);
        loadFragment(name, url);
    };

    form.addEventListener("submit", (event) => {
        event.preventDefault();
        apply();
        event.submitter?.closest("details.menu")?.removeAttribute("open");
    });
    form.addEventListener("input", (event) => {
        count(event.target.closest("details.menu"));
        clearTimeout(timer);
        timer = setTimeout(apply, event.target.matches("[type=checkbox], [type=radio]") ? 50 : typingMs);
    });
}

/** The address of what the form asks for, without its empty fields. */
function address(form) {
    const asked = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(asked).toString();
    return query ? `${form.action}?${query}` : form.action;
}

/** Shows on a menu's button how many of its fields are filled. */
function count(menu) {
    const badge = menu?.querySelector(".button-count");
    if (!badge) return;
    const filled = [...menu.querySelectorAll("input, select")].filter((field) => (field.type === "checkbox" ? field.checked : field.value !== ""));
    badge.textContent = filled.length || "";
}

import { loadFragment } from "../lib/fragment.js";

/** Moves between tabs with the arrow keys, and opens them without leaving the page. */
export default function tabs(list) {
    const links = [...list.querySelectorAll("[role=tab]")];
    for (const link of links) link.tabIndex = link.getAttribute("aria-selected") === "true" ? 0 : -1;

    list.addEventListener("keydown", (event) => {
        const index = links.indexOf(document.activeElement);
        const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[event.key];
        if (index < 0 || to === undefined) {
            if (event.key === " ") document.activeElement.click();
            return;
        }
        event.preventDefault();
        links.at(to % links.length).focus();
    });
    list.addEventListener("click", (event) => {
        const link = event.target.closest("[role=tab]");
        if (!link || event.metaKey || event.ctrlKey) return;
        event.preventDefault();
        history.replaceState(null, "", link.href);
        loadFragment(list.dataset.tabsFragment, link.href);
    });
}

import { loadFragment } from "../lib/fragment.js";

/** Goes from step to step within the window: links and searches marked data-step load their page's form there. */
export default function dialogSteps(element) {
    if (!element.closest("dialog")) return;
    element.addEventListener("click", (event) => {
        const link = event.target.closest("a[data-step]");
        if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        loadFragment("dialog", link.href);
    });
    element.addEventListener("submit", (event) => {
        if (!event.target.matches("form[data-step]")) return;
        event.preventDefault();
        loadFragment("dialog", `${event.target.action}?${new URLSearchParams(new FormData(event.target))}`);
    });
}

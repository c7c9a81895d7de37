import { loadFragment } from "../lib/fragment.js";

/** The shared window: its forms are sent without leaving the page, so that errors appear where the form is. */
export default function dialog(element) {
    element.addEventListener("submit", (event) => {
        const form = event.target;
        if (form.method !== "post") return;
        event.preventDefault();
        if (form.getAttribute("aria-busy") === "true") return;
        form.setAttribute("aria-busy", "true");
        const body = new URLSearchParams(new FormData(form, event.submitter));
        loadFragment("dialog", form.action, { request: { method: "POST", body } }).finally(() => form.removeAttribute("aria-busy"));
    });
    element.addEventListener("click", (event) => {
        const closer = event.target.closest("[data-dialog-close]");
        if (!closer) return;
        event.preventDefault();
        element.close();
    });
}

import { loadFragment } from "../lib/fragment.js";

/** Changes a status in place: the form is sent, and the order comes back as it is now. */
export default function statusMenu(details) {
    details.addEventListener("submit", async (event) => {
        event.preventDefault();
        const form = event.target;
        const body = new URLSearchParams(new FormData(form, event.submitter));
        details.open = false;
        details.querySelector("summary").focus();
        await loadFragment("order", form.action, { request: { method: "POST", body }, highlight: true });
    });
}

import { loadFragment } from "../lib/fragment.js";

/** Sends a form that only asks, and shows the answer in its place on the page. */
export default function fragmentForm(form) {
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        loadFragment(form.dataset.part, `${form.action}?${new URLSearchParams(new FormData(form))}`);
    });
}

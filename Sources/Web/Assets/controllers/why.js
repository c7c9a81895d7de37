import { loadFragment } from "../lib/fragment.js";

/** Asks why a customer is in a segment when its line is opened, once. */
export default function why(details) {
    details.addEventListener("toggle", () => {
        if (!details.open || details.dataset.asked) return;
        details.dataset.asked = "true";
        loadFragment(details.dataset.part, details.dataset.why);
    });
}

import { loadFragment } from "../lib/fragment.js";

/** Asks for a part of the page once the page is there: what takes a while to count keeps nobody waiting. */
export default function lateFragment(element) {
    loadFragment(element.dataset.late, element.dataset.lateHref, { quiet: true });
}

import { dismissable } from "../lib/toast.js";

/** Lets the toasts that came with the page be closed. */
export default function toasts(region) {
    for (const item of region.querySelectorAll(".toast")) dismissable(item, item.dataset.kind);
}

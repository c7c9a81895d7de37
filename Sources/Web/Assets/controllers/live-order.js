import { follow } from "../lib/live.js";

/** Keeps one order, its statuses and its activity current while the page is open. */
export default function liveOrder(element) {
    follow(element, "order");
}

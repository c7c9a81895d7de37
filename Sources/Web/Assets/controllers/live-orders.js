import { follow } from "../lib/live.js";

/** Keeps the list of orders current while the page is open. */
export default function liveOrders(element) {
    follow(element, "orders");
}

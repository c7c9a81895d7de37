import { follow } from "../lib/live.js";

/** Keeps a customer's page current while it is open: figures, containers, and what they did. */
export default function liveCustomer(element) {
    follow(element, "customer");
}

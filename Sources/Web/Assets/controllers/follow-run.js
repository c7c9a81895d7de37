import { loadFragment } from "../lib/fragment.js";

/** Asks for a run's state again while it is being worked on; stops once it has ended, and waits while nobody looks. */
export default function followRun(element) {
    const pause = Number(element.dataset.every);
    const isActive = () => element.querySelector("[data-active]") !== null;
    const isBusy = () => document.hidden || document.querySelector("dialog[open]") !== null || element.contains(document.activeElement?.closest("form"));
    const look = async () => {
        if (!isBusy()) await loadFragment(element.dataset.run, location.href, { quiet: true });
        if (isActive()) setTimeout(look, pause);
    };
    if (isActive()) setTimeout(look, pause);
}

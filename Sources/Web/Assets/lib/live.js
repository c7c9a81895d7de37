// Keeps a fragment current: an EventSource says that something changed, and the fragment is fetched again.

import { requestFragment, swap } from "./fragment.js";

const settleMs = 400;

/** Follows element's data-live-url and refreshes the named fragment. The indicator shows the state and pauses it. */
export function follow(element, name) {
    const indicator = document.querySelector("[data-live-indicator]");
    const announcer = document.querySelector("[data-announcer]");
    let paused = false;
    let stale = false;
    let timer = 0;

    const show = (state) => {
        if (!indicator) return;
        indicator.dataset.state = paused ? "paused" : state;
        indicator.setAttribute("aria-pressed", String(paused));
    };

    const occupied = () => document.hidden || document.querySelector("dialog[open], details.menu[open]") !== null || element.querySelector("details.fold[open]") !== null || element.querySelector("tbody .is-choice :checked") !== null || hasSelection(element);

    const refresh = async () => {
        if (paused || !stale) return;
        if (occupied()) return;
        stale = false;
        let answer = null;
        try {
            answer = await requestFragment(name, location.href);
        } catch {
            return; // The connection is down: the source reconnects, and its opening asks again.
        }
        if (answer?.response.headers.get("X-Fragment") !== name) return;
        if (occupied()) {
            stale = true; // A menu was opened meanwhile: swapping now would close it.
            return;
        }
        const changed = swap(name, answer.html, { highlight: true });
        if (changed && announcer) announcer.textContent = element.dataset.announce ?? "";
    };

    const soon = () => {
        stale = true;
        clearTimeout(timer);
        timer = setTimeout(refresh, settleMs);
    };

    let opened = false;
    const source = new EventSource(element.dataset.liveUrl);
    source.addEventListener("open", () => {
        show("live");
        if (opened) soon(); // What happened while we were away was not told.
        opened = true;
    });
    source.addEventListener("error", () => show("waiting"));
    source.addEventListener("message", soon);

    if (indicator) {
        indicator.hidden = false;
        show("waiting");
        indicator.addEventListener("click", () => {
            paused = !paused;
            show(source.readyState === EventSource.OPEN ? "live" : "waiting");
            if (!paused) refresh();
        });
    }
    const resume = () => { if (stale) soon(); };
    document.addEventListener("visibilitychange", resume);
    document.addEventListener("toggle", resume, { capture: true });
    document.addEventListener("close", resume, { capture: true });
    element.addEventListener("change", resume);
    addEventListener("pagehide", () => source.close());
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

function hasSelection(element) {
    const selection = getSelection();
    return selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode);
}

// Fragments: parts of a page that the server can send alone, when asked with the header X-Fragment.

import { attach } from "./attach.js";
import { toast, toastFailure } from "./toast.js";

const running = new Map();

/**
 * Fetches with the X-Fragment header. A later request for the same fragment cancels the earlier one, except that reading
 * never cancels writing: the answer to the write is newer. Returns null when there is nothing to show.
 */
export async function requestFragment(name, url, options = {}) {
    const earlier = running.get(name);
    const writes = options.method === "POST";
    if (earlier?.writes && !writes) return null;
    earlier?.abort();
    const abort = new AbortController();
    abort.writes = writes;
    running.set(name, abort);
    const holder = document.querySelector(`[data-fragment="${name}"]`);
    holder?.setAttribute("aria-busy", "true");
    try {
        const response = await fetch(url, { ...options, headers: { "X-Fragment": name }, signal: abort.signal });
        const html = await response.text();
        return { response, html };
    } catch (error) {
        if (error.name === "AbortError") return null;
        throw error;
    } finally {
        if (running.get(name) === abort) {
            running.delete(name);
            holder?.removeAttribute("aria-busy");
        }
    }
}

/** Fetches a fragment and swaps it in. Returns whether the page now shows what the server sent. */
export async function loadFragment(name, url, options = {}) {
    try {
        const answer = await requestFragment(name, url, options.request);
        if (!answer) return false;
        return settle(name, answer, options);
    } catch {
        if (!options.quiet) toastFailure();
        return false;
    }
}

/** Does what an answer asks for: goes elsewhere, swaps the fragment, or reports the failure. */
export function settle(name, { response, html }, options = {}) {
    const elsewhere = response.headers.get("X-Location") ?? (response.redirected ? response.url : null);
    if (elsewhere) {
        location.assign(elsewhere);
        return true;
    }
    if (response.headers.get("X-Fragment") === name) {
        swap(name, html, options);
        return response.ok;
    }
    if (response.status === 401) location.reload();
    else if (!options.quiet) toastFailure();
    return false;
}

/** Replaces a fragment's content, keeping focus and sideways scroll, and lighting up rows that changed. */
export function swap(name, html, { highlight = false } = {}) {
    const holder = document.querySelector(`[data-fragment="${name}"]`);
    if (!holder) return 0;
    const focus = focusKey(holder);
    const scrolled = [...holder.querySelectorAll("[data-keep-scroll]")].map((element) => element.scrollLeft);
    const before = versions(holder);

    const shape = document.createElement("template");
    shape.innerHTML = html;
    if (holder.querySelector("[data-whole-page]") && !shape.content.querySelector("[data-whole-page]")) {
        location.reload(); // The rest of the page, such as its filters, has to change too.
        return 0;
    }
    holder.replaceChildren(shape.content);
    holder.removeAttribute("aria-busy");

    holder.querySelectorAll("[data-keep-scroll]").forEach((element, index) => { element.scrollLeft = scrolled[index] ?? 0; });
    if (focus) holder.querySelector(focus)?.focus({ preventScroll: true });
    for (const note of holder.querySelectorAll("[data-toast]")) {
        toast(note.textContent, note.dataset.toast);
        note.remove();
    }
    attach(holder);
    return highlight ? light(holder, before) : 0;
}

function versions(holder) {
    const rows = holder.querySelectorAll("[data-version]");
    return new Map([...rows].map((row) => [row.dataset.id, row.dataset.version]));
}

function light(holder, before) {
    const changed = [...holder.querySelectorAll("[data-version]")].filter((row) => before.get(row.dataset.id) !== row.dataset.version);
    for (const row of changed) row.classList.add("is-changed");
    return changed.length;
}

function focusKey(holder) {
    const active = document.activeElement;
    if (!active || active === document.body || !holder.contains(active)) return null;
    if (active.id) return `#${CSS.escape(active.id)}`;
    const href = active.getAttribute("href");
    return href ? `a[href="${CSS.escape(href)}"]` : null;
}

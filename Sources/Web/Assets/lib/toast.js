/** Shows a short message; errors stay until they are closed. */
export function toast(text, kind = "success") {
    const region = document.querySelector("[data-toasts]");
    const shape = document.getElementById("toast-shape");
    if (!region || !shape || !text) return;
    const item = shape.content.firstElementChild.cloneNode(true);
    item.classList.add(`toast-${kind}`);
    item.querySelector("[data-toast-text]").textContent = text;
    region.append(item);
    dismissable(item, kind);
}

/** Makes a toast close by its button and, unless it is an error, by itself. */
export function dismissable(item, kind) {
    item.querySelector("button")?.addEventListener("click", () => item.remove());
    if (kind === "error") return;
    let timer = setTimeout(() => item.remove(), 6000);
    item.addEventListener("pointerenter", () => clearTimeout(timer));
    item.addEventListener("pointerleave", () => { timer = setTimeout(() => item.remove(), 3000); });
}

/** Says that something failed, in the words of the page. */
export function toastFailure() {
    toast(document.body.dataset.failure, "error");
}

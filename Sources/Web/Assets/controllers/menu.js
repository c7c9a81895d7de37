/** Makes a <details> behave as a menu: closes on Escape, on a click outside and when another opens; arrows move. */
export default function menu(details) {
    const summary = details.querySelector("summary");
    const close = () => {
        const inside = details.contains(document.activeElement);
        details.open = false;
        if (inside) summary.focus();
    };

    details.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && details.open) {
            event.stopPropagation();
            close();
        }
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
        const items = [...details.querySelectorAll(".menu-panel :is(a[href], button:not([disabled]), input, select)")];
        const index = items.indexOf(document.activeElement);
        const next = items[index + (event.key === "ArrowDown" ? 1 : -1)] ?? (event.key === "ArrowDown" ? items[0] : summary);
        event.preventDefault();
        details.open = true;
        next?.focus();
    });

    let listening = null;
    details.addEventListener("toggle", () => {
        listening?.abort();
        if (!details.open) return;
        listening = new AbortController();
        const outside = (event) => { if (!details.contains(event.target)) details.open = false; };
        document.addEventListener("pointerdown", outside, { signal: listening.signal });
        document.addEventListener("focusin", outside, { signal: listening.signal });
    });
}

/** Chooses light, dark or the system's theme, and remembers it in this browser. */
export default function themeSwitch(element) {
    const root = document.documentElement;
    const show = () => {
        for (const button of element.querySelectorAll("button")) {
            button.setAttribute("aria-pressed", String(button.value === (root.dataset.theme ?? "system")));
        }
    };
    element.addEventListener("click", (event) => {
        const theme = event.target.closest("button")?.value;
        if (!theme) return;
        if (theme === "system") delete root.dataset.theme;
        else root.dataset.theme = theme;
        try {
            if (theme === "system") localStorage.removeItem("theme");
            else localStorage.setItem("theme", theme);
        } catch {
            // Storage may be forbidden; the choice then lasts as long as the page.
        }
        show();
    });
    show();
}

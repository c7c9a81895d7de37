import { toast } from "../lib/toast.js";

/** Copies the text of the element that data-copy names. */
export default function copy(button) {
    button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
        toast(button.dataset.copied);
    });
}

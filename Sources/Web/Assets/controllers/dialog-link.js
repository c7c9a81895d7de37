import { attach } from "../lib/attach.js";
import { requestFragment } from "../lib/fragment.js";

/** Opens a link's page as a window: the server sends its form alone (fragment "dialog"). Falls back to the page. */
export default function dialogLink(link) {
    link.addEventListener("click", async (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        const dialog = document.getElementById("dialog");
        const holder = dialog.querySelector("[data-fragment=dialog]");
        try {
            const answer = await requestFragment("dialog", link.href);
            if (!answer) return;
            if (answer.response.headers.get("X-Fragment") !== "dialog") throw new Error("not a fragment");
            const shape = document.createElement("template");
            shape.innerHTML = answer.html;
            holder.replaceChildren(shape.content);
            attach(holder);
            link.closest("details.menu")?.removeAttribute("open");
            dialog.showModal();
        } catch {
            location.assign(link.href);
        }
    });
}

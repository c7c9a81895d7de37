import { toast } from "../lib/toast.js";

/** Takes a file that is dropped, and shows how far its sending has come. Without it the form is sent as it is. */
export default function upload(form) {
    const input = form.querySelector("input[type=file]");
    const drop = form.querySelector("[data-drop]");
    const chosen = form.querySelector("[data-chosen]");
    const bar = form.querySelector("progress");
    const button = form.querySelector("button[type=submit]");

    input.addEventListener("change", () => {
        if (input.files.length > 0) chosen.textContent = input.files[0].name;
    });
    for (const name of ["dragenter", "dragover"]) {
        drop.addEventListener(name, (event) => {
            event.preventDefault();
            drop.classList.add("is-over");
        });
    }
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("is-over"));
    drop.addEventListener("drop", (event) => {
        event.preventDefault();
        if (event.dataTransfer.files.length === 0) return;
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change"));
    });

    form.addEventListener("submit", (event) => {
        event.preventDefault();
        const request = new XMLHttpRequest();
        request.open("POST", form.action);
        request.setRequestHeader("X-Fragment", "upload");
        request.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = (loaded / total) * 100; });
        request.addEventListener("load", () => {
            const elsewhere = request.getResponseHeader("X-Location");
            if (elsewhere) return location.assign(elsewhere);
            ready();
            const page = new DOMParser().parseFromString(request.responseText, "text/html");
            toast(page.querySelector(".form-errors, .lead")?.textContent.trim() || form.dataset.failureText, "error");
        });
        request.addEventListener("error", () => {
            ready();
            toast(form.dataset.failureText, "error");
        });
        bar.hidden = false;
        button.disabled = true;
        request.send(new FormData(form));
    });

    const ready = () => {
        bar.hidden = true;
        button.disabled = false;
    };
}

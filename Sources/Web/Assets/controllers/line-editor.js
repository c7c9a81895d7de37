/** Adds and removes the lines of an order. Without it the form has a few blank lines. */
export default function lineEditor(element) {
    const list = element.querySelector("[data-lines]");
    const shape = element.querySelector("template");
    const rows = () => [...list.querySelectorAll("[data-line]")];
    let next = Math.max(-1, ...rows().map((row) => Number(row.dataset.line))) + 1;

    const add = () => {
        const holder = document.createElement("template");
        holder.innerHTML = shape.innerHTML.replaceAll("__n__", String(next++));
        const row = holder.content.firstElementChild;
        list.append(row);
        return row;
    };
    const isBlank = (row) => [...row.querySelectorAll("input")].every((input) => input.value === "");

    for (const row of rows().slice(1)) if (isBlank(row)) row.remove();

    element.addEventListener("click", (event) => {
        if (event.target.closest("[data-line-add]")) add().querySelector("input").focus();
        const remover = event.target.closest("[data-line-remove]");
        if (!remover) return;
        remover.closest("[data-line]").remove();
        if (rows().length === 0) add();
        rows().at(-1).querySelector("input").focus();
    });
}

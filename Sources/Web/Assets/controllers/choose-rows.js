/** Chooses all rows of the page at once, and says how many are chosen. The bar below shows itself while any is. */
export default function chooseRows(element) {
    const all = element.querySelector("[data-choose-all]");
    const count = element.querySelector("[data-chosen]");
    const boxes = [...element.querySelectorAll("tbody .is-choice input")];

    const show = () => {
        const chosen = boxes.filter((box) => box.checked).length;
        all.checked = chosen === boxes.length;
        all.indeterminate = chosen > 0 && chosen < boxes.length;
        count.textContent = `${chosen} chosen`;
    };

    element.addEventListener("change", (event) => {
        if (event.target === all) for (const box of boxes) box.checked = all.checked;
        if (event.target.closest(".is-choice")) show();
    });
    show(); // A page that is come back to keeps its boxes.
}

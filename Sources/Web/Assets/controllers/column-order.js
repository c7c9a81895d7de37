/** Moves columns up and down in their list; the form sends them in that order. */
export default function columnOrder(list) {
    list.addEventListener("click", (event) => {
        const button = event.target.closest("[data-move]");
        const item = button?.closest("li");
        if (!item) return;
        if (button.dataset.move === "up") item.previousElementSibling?.before(item);
        else item.nextElementSibling?.after(item);
        button.focus();
    });
}

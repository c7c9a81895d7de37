/** Lets a click anywhere on a row follow the row's own link, as a click on the link would. */
export default function rowLink(element) {
    element.addEventListener("click", (event) => {
        const row = event.target.closest("tr[data-href]");
        if (!row || event.target.closest("a, button, input, label, summary") || !getSelection().isCollapsed) return;
        if (event.metaKey || event.ctrlKey) open(row.dataset.href, "_blank");
        else location.assign(row.dataset.href);
    });
}

/** Takes the filters of the list along as they are now: they change without the page being loaded anew. */
export default function exportLink(link) {
    link.addEventListener("click", () => {
        const target = new URL(link.href);
        const query = new URLSearchParams(location.search);
        query.set("object", target.searchParams.get("object"));
        link.href = `${target.pathname}?${query}`;
    });
}

/** Scrolls a row of links so that the current one can be seen. */
export default function showCurrent(nav) {
    const current = nav.querySelector("[aria-current]")?.getBoundingClientRect();
    if (!current) return;
    const row = nav.getBoundingClientRect();
    nav.scrollLeft += current.left - row.left - (row.width - current.width) / 2;
}

/** Fills in the browser's time zone where nobody has chosen one. */
export default function timeZone(field) {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (here && field.value === "UTC" && field.defaultValue === "UTC") field.value = here;
}

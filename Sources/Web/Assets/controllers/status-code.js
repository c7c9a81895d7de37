/** Suggests a status's code from its name until somebody writes the code by hand. */
export default function statusCode(form) {
    const name = form.elements.namedItem("name");
    const code = form.elements.namedItem("code");
    if (!code || code.readOnly) return;
    let edited = code.value !== "" && code.value !== suggest(name.value);
    // Somebody may have begun to write before this module came.
    if (!edited && name.value) code.value = suggest(name.value);
    code.addEventListener("input", () => { edited = code.value !== ""; });
    name.addEventListener("input", () => { if (!edited) code.value = suggest(name.value); });
}

function suggest(name) {
    const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
    return plain.replace(/[^a-z0-9.-]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 64);
}

/** Suggests a field's code from its name, and shows the parts that its type has. */
export default function fieldForm(form) {
    const name = form.elements.namedItem("name");
    const code = form.elements.namedItem("code");
    const type = form.elements.namedItem("type");
    const fixed = form.querySelector("[data-type]")?.dataset.type;

    const show = () => {
        for (const part of form.querySelectorAll("[data-for-types]")) {
            part.hidden = !part.dataset.forTypes.split(" ").includes(type?.value ?? fixed);
        }
    };
    type?.addEventListener("change", show);
    show();

    if (code.readOnly) return;
    let edited = code.value !== "" && code.value !== suggest(name.value);
    // Somebody may have begun to write before this module came.
    if (!edited && name.value) code.value = suggest(name.value);
    code.addEventListener("input", () => { edited = code.value !== ""; });
    name.addEventListener("input", () => { if (!edited) code.value = suggest(name.value); });
}

function suggest(name) {
    const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
    return plain.replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, "").slice(0, 63);
}

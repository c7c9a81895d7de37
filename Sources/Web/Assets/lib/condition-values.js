// The editors of what a condition compares with: one for each kind of operand.

import { el, hidden, icon } from "./dom.js";

const unitNames = { minute: "minutes", hour: "hours", day: "days", week: "weeks", month: "months", year: "years" };
let lists = 0;

/**
 * Makes the editor of a value. `context` has the field (or what is measured), the operator, a key for focus, a label,
 * and `change(value)`, called with undefined where nothing is said.
 */
export function valueEditor(context) {
    const { operator, value } = context;
    switch (operator.operand) {
    case "none": return null;
    case "list": return context.field.choices.length > 0 ? choices(context) : texts(context);
    case "text": return text(context);
    case "number": return number(context, value, context.key, context.label, context.change);
    case "time": return input(context, "time", value, context.key, context.label, context.change);
    case "day": return input(context, "date", value, context.key, context.label, context.change);
    case "moment": return moment(context, value, context.key, context.label, context.change);
    case "between": return between(context);
    case "span": return span(context);
    case "unit": return units(context, value?.unit, (unit) => context.change({ unit }));
    default: return null;
    }
}

function input(context, type, value, key, label, change, more = {}) {
    return el("input", {
        class: "input", type, value: value ?? "", "aria-label": label, autocomplete: "off", data: { key }, ...more,
        oninput: ({ target }) => change(target.value === "" ? undefined : target.value),
    });
}

function number(context, value, key, label, change) {
    const read = (written) => {
        const plain = written.trim().replace(",", ".");
        return plain === "" ? undefined : /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : plain;
    };
    return input(context, "text", value, key, label, (written) => change(written === undefined ? undefined : read(written)), {
        inputmode: "decimal", class: "input is-number-input", spellcheck: "false",
    });
}

/** A day, and if it must be exact a time; what is written otherwise stays a text. */
function moment(context, value, key, label, change) {
    const parts = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::\d\d)?)?$/.exec(value ?? "");
    if (value !== undefined && !parts) return input(context, "text", value, key, label, change, { spellcheck: "false" });
    let [day, time] = [parts?.[1], parts?.[2]];
    const tell = () => change(day === undefined ? undefined : time === undefined ? day : `${day}T${time}:00`);
    return el("span", { class: "value-pair" },
        input(context, "date", day, key, `${label}, day`, (text) => { day = text; tell(); }),
        input(context, "time", time, `${key}:time`, `${label}, time (optional)`, (text) => { time = text; tell(); }));
}

function between(context) {
    const { field, key, label, change } = context;
    const ends = Array.isArray(context.value) ? [...context.value] : [undefined, undefined];
    const tell = (index) => (value) => {
        ends[index] = value;
        change(ends.every((end) => end === undefined) ? undefined : ends.map((end) => end ?? null));
    };
    const one = { datetime: moment, date: moment, time: (c, v, k, l, f) => input(c, "time", v, k, l, f) }[field.type] ?? number;
    return el("span", { class: "value-pair" },
        one(context, ends[0] ?? undefined, key, `${label}, from`, tell(0)), el("span", { class: "value-word" }, "and"),
        one(context, ends[1] ?? undefined, `${key}:to`, `${label}, to`, tell(1)));
}

function units(context, unit, change) {
    return el("select", {
        class: "input", "aria-label": `${context.label}, unit`, data: { key: `${context.key}:unit` },
        onchange: ({ target }) => change(target.value),
    }, context.operator.units.map((code) => {
        const option = el("option", { value: code }, context.operator.operand === "unit" ? code : unitNames[code] ?? code);
        option.selected = code === unit;
        return option;
    }));
}

function span(context) {
    let { n, unit = context.operator.units[0] } = context.value ?? {};
    const tell = () => context.change(n === undefined ? { unit } : { n, unit });
    return el("span", { class: "value-pair" },
        number(context, n, context.key, `${context.label}, how many`, (value) => { n = value; tell(); }),
        units(context, unit, (value) => { unit = value; tell(); }));
}

// MARK: Texts and choices

/** A field for a text that offers what there is; data-key keeps the focus. */
function suggesting(context, properties) {
    const id = `suggestions-${++lists}`;
    const options = el("datalist", { id });
    let asked = null;
    let timer = 0;
    const ask = async (begin) => {
        if (begin === asked) return;
        asked = begin;
        const found = await context.suggest(begin).catch(() => []);
        if (begin !== asked) return;
        options.replaceChildren(...found.map(({ value, name }) => el("option", { value }, name === value ? "" : name)));
    };
    const field = el("input", {
        class: "input", type: "text", list: id, "aria-label": context.label, autocomplete: "off", spellcheck: "false", ...properties,
        onfocus: ({ target }) => ask(target.value),
    });
    field.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(() => ask(field.value), 150);
    });
    return [field, options];
}

function text(context) {
    return el("span", { class: "value-text" }, suggesting(context, {
        value: typeof context.value === "string" ? context.value : "", data: { key: context.key },
        oninput: ({ target }) => context.change(target.value === "" ? undefined : target.value),
    }));
}

/** Several texts as tags: Enter, a comma or leaving the field takes what is typed, Backspace the last one back. */
function texts(context) {
    const values = Array.isArray(context.value) ? [...context.value] : [];
    const tell = () => context.change(values.length === 0 ? undefined : [...values]);
    const holder = el("span", { class: "value-tags" });
    const take = (written) => {
        const added = written.split(/[\n,;]/).map((part) => part.trim()).filter((part) => part !== "" && !values.includes(part));
        values.push(...added);
        if (added.length > 0) tell();
        return added.length > 0;
    };
    const [field, options] = suggesting(context, {
        placeholder: values.length === 0 ? "Type and press Enter" : "", data: { key: context.key },
        onkeydown: (event) => {
            if ((event.key === "Enter" || event.key === ",") && field.value.trim() !== "") {
                event.preventDefault();
                if (take(field.value)) draw();
                field.value = "";
                field.focus();
            } else if (event.key === "Enter") event.preventDefault();
            else if (event.key === "Backspace" && field.value === "" && values.length > 0) {
                values.pop();
                tell();
                draw();
                field.focus();
            }
        },
        onchange: () => {
            if (!take(field.value)) return;
            field.value = "";
            draw();
        },
        onpaste: (event) => {
            const pasted = event.clipboardData.getData("text");
            if (!/[\n,;]/.test(pasted)) return;
            event.preventDefault();
            take(pasted);
            draw();
            field.focus();
        },
    });
    const draw = () => {
        field.placeholder = values.length === 0 ? "Type and press Enter" : "";
        holder.replaceChildren(...values.map((value, index) => el("span", { class: "value-tag" }, String(value), el("button", {
            type: "button", "aria-label": `Remove ${value}`,
            onclick: () => {
                values.splice(index, 1);
                tell();
                draw();
                field.focus();
            },
        }, icon("close")))), field, options);
    };
    draw();
    return holder;
}

function choices(context) {
    const chosen = new Set(Array.isArray(context.value) ? context.value : []);
    const known = context.field.choices.filter((choice) => !choice.archived || chosen.has(choice.value));
    return el("span", { class: "value-choices", role: "group", "aria-label": context.label }, known.map((choice, index) => {
        const box = el("input", {
            type: "checkbox", value: choice.value, data: { key: index === 0 ? context.key : `${context.key}:${choice.value}` },
            onchange: ({ target }) => {
                if (target.checked) chosen.add(choice.value);
                else chosen.delete(choice.value);
                const values = known.map((one) => one.value).filter((value) => chosen.has(value));
                context.change(values.length === 0 ? undefined : values);
            },
        });
        box.checked = chosen.has(choice.value);
        return el("label", { class: "value-choice" }, box, el("span", {}, choice.name, choice.archived ? hidden(" (archived)") : null));
    }));
}

// What conditions can be put on, as GET /segments/fields tells it.

const pathMark = "<path>";

/** Fetches the catalogue and makes its questions quick. */
export async function loadCatalogue(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`The fields could not be loaded: ${response.status}`);
    return catalogue(await response.json());
}

export function catalogue({ fields, scopes, types, measures, segments, limits }) {
    const byCode = new Map(fields.map((field) => [`${field.scope} ${field.code}`, field]));
    const byType = new Map(types.map((type) => [type.code, type]));
    const byScope = new Map(scopes.map((scope) => [scope.code, scope]));
    // Of some things there is a field for each path that somebody writes after the beginning of its code.
    const open = fields.filter((field) => field.code.endsWith(pathMark)).map((field) => ({ ...field, code: field.code.slice(0, -pathMark.length), isOpen: true }));
    const known = [...fields.filter((field) => !field.code.endsWith(pathMark)), ...open];
    const field = (scope, code) => byCode.get(`${scope} ${code}`) ?? open.find((one) => one.scope === scope && code?.startsWith(one.code)) ?? null;
    const operators = (type) => byType.get(type)?.operators ?? [];
    const blocks = (scope) => byScope.get(scope)?.blocks ?? [];
    return {
        measures, segments, limits, field, operators, blocks,
        fields: (scope) => known.filter((one) => one.scope === scope),
        operator: (type, code) => operators(type).find((one) => one.code === code) ?? null,
        block: (scope, code) => blocks(scope).find((one) => one.code === code) ?? null,
        scopeOf: (scope, code) => blocks(scope).find((one) => one.code === code)?.scope ?? scope,
        scope: (code) => byScope.get(code),
        blockCodes: [...new Set(scopes.flatMap((scope) => scope.blocks.map((one) => one.code)))],
    };
}

/** The operator that a new condition on a type begins with. */
export function firstOperator(operators) {
    const preferred = ["in_last", "gte", "in", "yes", "gt"];
    const isText = operators.some((one) => one.code === "contains");
    if (isText) return operators[0];
    return preferred.map((code) => operators.find((one) => one.code === code)).find(Boolean) ?? operators[0];
}

/** What an operator compares with until somebody says it; undefined where it must be said. */
export function firstValue(operator) {
    if (operator.operand === "span") return { n: operator.units.includes("day") ? 30 : 1, unit: operator.units.includes("day") ? "day" : operator.units[0] };
    if (operator.operand === "unit") return { unit: operator.units.includes("month") ? "month" : operator.units[0] };
    return undefined;
}

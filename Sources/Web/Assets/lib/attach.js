// Connects elements to their controllers: data-controller="menu copy" loads controllers/menu.js and controllers/copy.js.

const version = document.querySelector('meta[name="asset-version"]')?.content ?? "";
const connected = new WeakMap();

async function connect(element, name) {
    const names = connected.get(element) ?? new Set();
    if (names.has(name) || !/^[a-z-]+$/.test(name)) return;
    connected.set(element, names.add(name));
    try {
        const module = await import(`../controllers/${name}.js?v=${encodeURIComponent(version)}`);
        module.default(element);
    } catch (error) {
        console.error(`The controller "${name}" could not be attached.`, error);
    }
}

/** Attaches the controllers of everything in a document or a swapped-in fragment, and waits until all have come. */
export function attach(root) {
    const elements = [...root.querySelectorAll("[data-controller]")];
    return Promise.all(elements.flatMap((element) =>
        element.dataset.controller.split(/\s+/).map((name) => connect(element, name))));
}

// Reorder's tracker. Docs/tracker.md says how it is installed, what each call does and what is sent.
(() => {
    "use strict";

    const batchMs = 400;
    const sessionMs = 30 * 60_000;
    const visitorSeconds = 60 * 86_400;
    const keptMs = 7 * 86_400_000; // The server knows an event's id for longer than that, so no late repetition counts twice.
    const kept = { events: 500, characters: 500_000 };
    const eventBytes = 32_768;
    const bodyBytes = 60_000; // A browser lets a page have 64 KiB of beacons under way.
    const longestWaitMs = 3_600_000;

    const script = document.currentScript ?? document.querySelector("script[data-key][src*='tracker.js']");
    const settings = script?.dataset ?? {};
    const calls = Array.isArray(window.reorder?.q) ? window.reorder.q : [];
    if (window.reorder?.isLoaded) return;
    const endpoint = attempt(() => new URL("tracker/events", script.src));
    if (!settings.key || !endpoint) return warn("the script has no data-key or no src");
    endpoint.searchParams.set("key", settings.key);

    // What goes wrong is told to the shop's developer, and never to the page.
    function warn(message) {
        console.warn(`reorder: ${message}`);
    }

    function attempt(work) {
        try {
            return work();
        } catch {
            return undefined; // Storage and cookies throw where the visitor has forbidden them.
        }
    }

    const bytes = (text) => new Blob([text]).size;
    const random = (count) => [...crypto.getRandomValues(new Uint8Array(count))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

    // What is kept for the site in this browser, or for this page where the browser keeps nothing.

    const prefix = "reorder.";
    const memory = new Map();
    const read = (name) => memory.get(name) ?? attempt(() => localStorage.getItem(prefix + name)) ?? "";

    function write(name, text) {
        memory.set(name, text);
        attempt(() => {
            localStorage.setItem(prefix + name, text);
            memory.delete(name);
        });
    }

    function remove(name) {
        memory.delete(name);
        attempt(() => localStorage.removeItem(prefix + name));
    }

    function names() {
        const stored = attempt(() => Object.keys(localStorage)) ?? [];
        return [...stored.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)), ...memory.keys()];
    }

    // Who it is: a visitor, in a session that ends after half an hour without an event.

    function setCookie(value, seconds) {
        const place = settings.cookieDomain ? `; Domain=${settings.cookieDomain}` : "";
        const secure = location.protocol === "https:" ? "; Secure" : "";
        attempt(() => { document.cookie = `reorder_visitor=${value}; Max-Age=${seconds}; Path=/; SameSite=Lax${secure}${place}`; });
    }

    const visitorCookie = () => attempt(() => document.cookie.match(/(?:^|; )reorder_visitor=([0-9a-f]{32})(?:;|$)/)?.[1]);

    function visitor() {
        const known = visitorCookie() ?? memory.get("visitor");
        const id = known ?? random(16);
        if (!known) remove("session"); // Nobody continues somebody else's session.
        if (!known || !isRenewed) setCookie(id, visitorSeconds);
        isRenewed = true;
        if (visitorCookie() !== id) memory.set("visitor", id);
        return id;
    }

    function session(time) {
        const [id, last] = read("session").split(" ");
        const isOver = !id || time - last >= sessionMs;
        const current = isOver ? random(8) : id;
        write("session", `${current} ${time}`);
        return { current, isOver };
    }

    function forget() {
        setCookie("", 0);
        memory.delete("visitor");
        remove("session");
        remove("identified");
    }

    let isRenewed = false;

    // Consent.

    const allowed = () => read("consent") === "yes" || (settings.consent !== "required" && read("consent") !== "no");

    function consent(given) {
        if (typeof given !== "boolean") throw new TypeError("consent is true or false");
        const events = held.splice(0);
        if (given) {
            write("consent", "yes");
            events.forEach((event) => guard(() => admit(event)));
            return;
        }
        forget();
        names().forEach(remove);
        mine.clear();
        if (settings.consent === "required") memory.set("consent", "no");
        else write("consent", "no");
    }

    // Events: each is kept under a name of its own, so tabs that add some at the same time do not disturb each other.

    const held = []; // What happened on this page before anything was said about consent.
    const mine = new Set(); // What this page added and nobody has taken yet.
    let counter = 0;

    function record(type, data) {
        const event = { time: Date.now(), type, url: location.href.slice(0, 2000), ...data };
        if (allowed()) admit(event);
        else if (read("consent") !== "no" && held.length < 100) held.push(event);
    }

    function admit(event) {
        if (bytes(JSON.stringify(event)) > eventBytes) throw new RangeError(`this ${event.type} is larger than 32 KB`);
        const who = visitor();
        const { current, isOver } = session(event.time);
        if (isOver) admit({ time: event.time, type: "visit", url: event.url, ...about() });
        if (event.type === "identify" && isTold(current, JSON.stringify(event.customer))) return;
        // An id sorts by time, so names in the storage do.
        const id = event.time.toString(36).padStart(9, "0") + (counter++ % 46_656).toString(36).padStart(3, "0") + random(8);
        const name = `event.${id}`;
        write(name, JSON.stringify({ id, visitor: who, session: current, ...event }));
        mine.add(name);
        if (event.type === "logout") forget();
        trim();
        soon(batchMs);
    }

    // Pages say on each load who is signed in; the server is told once in a session, or when something changes.
    function isTold(current, customer) {
        const hash = [...customer].reduce((sum, character) => (Math.imul(sum, 31) + character.codePointAt(0)) | 0, 0);
        const mark = `${current} ${hash}`;
        if (read("identified") === mark) return true;
        write("identified", mark);
        return false;
    }

    const queued = () => names().filter((name) => name.startsWith("event.")).sort();

    function trim() {
        let room = kept.characters;
        const oldest = Date.now() - keptMs;
        queued().reverse().forEach((name, place) => {
            room -= read(name).length;
            if (room < 0 || place >= kept.events || parseInt(name.slice(6, 15), 36) < oldest) remove(name);
        });
    }

    // Sending: one tab at a time, oldest first.

    let timer = 0;
    let dueAt = 0;
    let limit = 50;
    let failures = 0;
    let retryAt = 0;
    let sending = Promise.resolve();

    const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
    const within = (ms) => attempt(() => AbortSignal.timeout(ms));
    // Where there are no locks (http://), two tabs may send the same event; its id tells the server.
    const turn = (work) => navigator.locks?.request("reorder", { signal: within(60_000) }, work).catch(work) ?? work();

    function waitMs() {
        const left = Math.max(retryAt, Number(read("wait"))) - Date.now();
        return left > longestWaitMs ? 0 : Math.max(left, 0); // Longer than that is a clock that was set back.
    }

    function soon(ms) {
        const at = Date.now() + Math.max(ms, waitMs());
        if (timer && dueAt <= at) return;
        clearTimeout(timer);
        dueAt = at;
        timer = setTimeout(() => {
            timer = 0;
            sending = sending.then(() => turn(flush)).catch((error) => warn(error.message));
        }, at - Date.now());
    }

    function take(list) {
        const batch = [];
        let size = 100;
        for (const name of list) {
            const text = read(name);
            size += bytes(text) + 1;
            if (batch.length && (batch.length >= limit || size > bodyBytes)) break;
            if (text.startsWith("{")) batch.push({ name, text });
            else remove(name); // Another tab has sent it, or it is none of ours.
        }
        return batch;
    }

    function body(batch) {
        const head = JSON.stringify({ sent: Date.now(), source: settings.source }).slice(0, -1);
        return `${head},"events":[${batch.map((event) => event.text).join()}]}`;
    }

    async function flush() {
        while (allowed() && !waitMs()) {
            trim();
            const batch = take(queued());
            if (!batch.length) break;
            await post(batch);
        }
        await pause(50); // Until other tabs see in the storage what was taken from it.
        if (allowed() && queued().length) soon(0);
    }

    async function post(batch) {
        const options = { method: "POST", body: body(batch), credentials: "omit", signal: within(20_000) };
        const answer = await fetch(endpoint, options).catch(() => null);
        const status = answer?.status;
        const isRefused = [400, 401, 403].includes(status) || (status === 413 && batch.length === 1);
        if (isRefused) warn(`events were refused (${status}): see Docs/tracker.md`);
        if (answer?.ok || isRefused) {
            batch.forEach(({ name }) => { remove(name); mine.delete(name); });
            failures = retryAt = 0;
            remove("wait");
        } else if (status === 413) {
            limit = Math.ceil(batch.length / 2);
        } else {
            back(answer);
        }
    }

    // What a server asks for holds for all tabs and the pages to come; that the network is away is for each to find out.
    function back(answer) {
        const asked = answer?.headers.get("Retry-After");
        const askedMs = Number(asked) * 1000 || Date.parse(asked) - Date.now() || 0;
        const ownMs = Math.min(1000 * 2 ** failures, 300_000) * (0.5 + Math.random() / 2);
        failures += 1;
        retryAt = Date.now() + Math.max(ownMs, Math.min(askedMs, longestWaitMs));
        if (answer && allowed()) write("wait", String(retryAt));
    }

    // A beacon has no answer: what it carried stays, and goes once more with the next batch, under the same id.
    function leave() {
        while (allowed() && !waitMs()) {
            const batch = take([...mine]);
            if (!batch.length || !navigator.sendBeacon(endpoint, body(batch))) return;
            batch.forEach(({ name }) => mine.delete(name));
            clearTimeout(timer);
            timer = 0;
        }
    }

    // The calls.

    const about = () => ({ title: document.title.slice(0, 300), referrer: document.referrer.slice(0, 2000) });
    const kinds = { __proto__: null, product: "product", category: "category", search: "query" };

    function object(value, what) {
        if (value === null || typeof value !== "object" || Array.isArray(value)) throw new TypeError(`${what} is not an object`);
        return value;
    }

    function text(value, what) {
        if (!["string", "number"].includes(typeof value) || value === "") throw new TypeError(`${what} is not a text`);
        return String(value);
    }

    const line = (value) => ({ ...object(value, "a line"), product: text(value.product, "product") });

    function container(action, code, data) {
        const change = { action, container: text(code, "the container's code") };
        if (action === "clear") return record("container", change);
        if (!["add", "remove", "set"].includes(action)) throw new TypeError(`a container can't ${action}`);
        const isWhole = action === "set" && Array.isArray(data?.lines);
        record("container", { ...change, ...(isWhole ? { lines: data.lines.map(line) } : { line: line(data) }) });
    }

    const commands = {
        __proto__: null,
        identify: (customer) => record("identify", { customer: object(customer, "a customer") }),
        page: (context) => record("page", { ...about(), context }),
        view(kind, id, context) {
            if (!kinds[kind]) throw new TypeError(`there is no view of a ${kind}`);
            record("view", { [kinds[kind]]: text(id, kind), context });
        },
        container,
        order: (order) => record("order", { order: object(order, "an order") }),
        event: (name, context) => record("event", { name: text(name, "the event's name"), context }),
        consent,
        logout: () => record("logout"),
    };

    function guard(work) {
        try {
            work();
        } catch (error) {
            attempt(() => warn(error.message));
        }
    }

    function call(values) {
        guard(() => {
            const [name, ...rest] = values;
            if (!commands[name]) throw new TypeError(`there is no call ${name}`);
            commands[name](...rest);
        });
    }

    function start() {
        window.reorder = Object.assign(function reorder() { call(arguments); }, { isLoaded: true, q: { push: call } });
        const named = (name) => (values) => values?.[0] === name;
        const isManual = settings.page === "manual" || calls.some(named("page"));
        const goAway = () => guard(leave);
        calls.filter(named("consent")).forEach(call);
        if (!isManual) call(["page"]);
        calls.filter((values) => !named("consent")(values)).forEach(call);
        addEventListener("pagehide", goAway);
        addEventListener("pageshow", ({ persisted }) => {
            if (persisted && !isManual) call(["page"]); // Shown again without loading, by the back button.
            soon(batchMs);
        });
        addEventListener("online", () => { retryAt = 0; soon(0); });
        document.addEventListener("visibilitychange", () => { if (document.hidden) goAway(); else soon(0); });
        soon(batchMs);
    }

    if (document.prerendering) document.addEventListener("prerenderingchange", start, { once: true });
    else start();
})();

import { attach } from "./lib/attach.js";

// Tests, and tools that drive a browser, wait for this mark.
attach(document).then(() => { document.documentElement.dataset.ready = "true"; });

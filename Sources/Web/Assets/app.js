import { attach } from "./lib/attach.js";

attach(document);

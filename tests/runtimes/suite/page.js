// In a browser: whoever drives it waits for the results.
import { portable } from "./portable.js";
import { runCases } from "./run-cases.js";

globalThis.results = runCases(portable);

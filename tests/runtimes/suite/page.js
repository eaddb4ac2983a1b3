// In a browser: the page that imports it sends the results.
import { portable } from "./portable.js";
import { runCases } from "./run-cases.js";

export const results = runCases(portable);

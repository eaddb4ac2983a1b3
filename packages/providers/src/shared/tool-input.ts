import type { ToolInputState } from "@millrace/parts";
import { jsonNesting } from "./json-nesting.ts";

// Stands for input too deep to be written: it is no JSON, so that nobody answers the call.
const UNWRITABLE = "[too deep]";

/** Input should be JSON text; some servers send the value itself. */
export function inputText(input: unknown): string {
  if (typeof input === "string") return input;
  if (input === undefined || input === null) return "";
  try {
    return JSON.stringify(input);
  } catch {
    return UNWRITABLE;
  }
}

/**
 * What has become of the input of a call. `whole`: the provider says that nothing is missing, which
 * is what tells `1` from a cut `12`; a closed object needs no such word.
 */
export function judgeInput(input: string, whole: boolean): ToolInputState {
  const nesting = jsonNesting();
  nesting.push(input);
  const isSure = nesting.isClosed || whole;
  if (input === "" || isJson(input)) return isSure ? "valid" : "truncated";
  return nesting.isOpen || !isSure ? "truncated" : "invalid";
}

function isJson(input: string): boolean {
  try {
    JSON.parse(input);
    return true;
  } catch {
    return false;
  }
}

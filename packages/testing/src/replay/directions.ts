import { isAnswerName } from "./chat-endpoint.ts";
import type { Answer } from "./chat-recording.ts";
import { wrongCondition, type Conditions } from "./conditions.ts";
import type { AnswerName } from "./fixtures/answers.ts";
import { isObject, parseJson, type JsonObject } from "./json.ts";

/** What the header `x-replay` of a request may hold, as JSON; it wins over the server's options. */
export interface ReplayDirections extends Conditions {
  /** What a chat request is answered with. */
  answer?: AnswerName | Answer;
}

/**
 * Lays a request's header over the server's directions; `null` takes one back. Gives what is wrong
 * with the header, if anything is.
 */
export function direct(
  base: ReplayDirections,
  header: string | undefined,
): ReplayDirections | string {
  if (header === undefined) return base;
  const own = parseJson(header);
  if (!isObject(own)) return "Cannot read x-replay: it must be a JSON object";
  const merged = Object.fromEntries(
    Object.entries<unknown>({ ...base, ...own }).filter(([, value]) => value !== null),
  );
  return wrongWith(merged) ?? merged;
}

/** What is wrong with directions that come from outside; `undefined` if nothing is. */
export function wrongWith({ answer, ...conditions }: JsonObject): string | undefined {
  const known = answer === undefined || isAnswerName(answer) || isAnswer(answer);
  return known
    ? wrongCondition(conditions)
    : "Cannot replay: answer must be the name of one, or an object such as { text: string }";
}

function isAnswer(value: unknown): value is Answer {
  if (!isObject(value)) return false;
  const { text = "", reasoning = "", refusal = "" } = value;
  return [text, reasoning, refusal].every((part) => typeof part === "string");
}

import { chatRecording, type Answer } from "./chat-recording.ts";
import { answers, type AnswerName } from "./fixtures/answers.ts";
import { isObject } from "./json.ts";
import { jsonPage, problem, type Recording } from "./recording.ts";
import type { Arrival } from "./requests.ts";

const CHAT = "/v1/chat/completions";
const MODELS = "/v1/models";
const CHARACTERS_A_TOKEN = 4;

/**
 * What OpenAI's API would answer: a stream of chunks for a chat request, the answers as a list of
 * models, and an error object for all else.
 */
export function chatEndpoint(
  request: Arrival,
  seed: number,
  told?: AnswerName | Answer,
): Recording {
  const { method, path } = request;
  const expected = METHODS.get(path);
  if (expected === undefined) return problem(404, `Unknown path: ${method} ${path}`, "unknown_url");
  if (method !== expected) {
    const message = `${path} takes ${expected}, not ${method}.`;
    return problem(405, message, "method_not_allowed", { allow: expected });
  }
  return path === MODELS ? listModels() : chat(request.json, seed, told);
}

const METHODS = new Map([
  [CHAT, "POST"],
  [MODELS, "GET"],
]);

function listModels(): Recording {
  const data = Object.keys(answers).map((id) => ({
    id,
    object: "model",
    created: 0,
    owned_by: "millrace",
  }));
  return jsonPage(200, { object: "list", data });
}

function chat(body: unknown, seed: number, told?: AnswerName | Answer): Recording {
  if (!isObject(body)) return problem(400, "The body must be a JSON object.", "invalid_json");
  const { messages, model, stream, stream_options } = body;
  if (!Array.isArray(messages) || messages.length === 0) {
    return problem(400, "`messages` must be an array with one message or more.");
  }
  if (stream !== true) {
    return problem(400, 'This upstream only streams: send `"stream": true`.', "stream_required");
  }
  const options = isObject(stream_options) ? stream_options : {};
  return chatRecording(findAnswer(told, model, messages), {
    ...(typeof model === "string" && { model }),
    seed,
    usage: options["include_usage"] === true,
    obfuscation: options["include_obfuscation"] === true,
    promptTokens: Math.ceil(messages.map(textOf).join(" ").length / CHARACTERS_A_TOKEN),
  });
}

/**
 * The answer that was told; else the one named like the model; else the first that lists a word of
 * the last user message; else the prose.
 */
function findAnswer(
  told: AnswerName | Answer | undefined,
  model: unknown,
  messages: unknown[],
): Answer {
  if (typeof told === "object") return told;
  const name = told ?? model;
  if (isAnswerName(name)) return answers[name];
  const words = new Set(
    lastQuestion(messages)
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u),
  );
  const all: Answer[] = Object.values(answers);
  return all.find(({ asked = [] }) => asked.some((word) => words.has(word))) ?? answers.prose;
}

export function isAnswerName(value: unknown): value is AnswerName {
  return typeof value === "string" && Object.hasOwn(answers, value);
}

function lastQuestion(messages: unknown[]): string {
  const questions = messages.filter((message) => isObject(message) && message["role"] === "user");
  return textOf(questions.at(-1));
}

/** The text of a message; its content is a string, or parts of which some have text. */
function textOf(message: unknown): string {
  const content = isObject(message) ? message["content"] : undefined;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts = content.map((part) => (isObject(part) ? part["text"] : undefined));
  return texts.filter((text) => typeof text === "string").join(" ");
}

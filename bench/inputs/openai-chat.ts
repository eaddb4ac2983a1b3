import { deltas } from "./deltas.ts";
import { drawInteger, pick, random } from "./random.ts";

/**
 * - `plain`: successive chunks differ in the delta's text only.
 * - `obfuscated`: and in a string of random length, which OpenAI adds by default.
 * - `timed`: and in an object behind the text, as with llama.cpp's `timings_per_token`.
 * - `counting`: and in the usage so far, as with vLLM's `continuous_usage_stats`; a decoder that
 *   tells of usage has twice as much to tell.
 * - `renamed`: and in the id, as behind gateways that give each chunk one of its own. A decoder that
 *   compares a chunk with the last one does so in vain.
 */
export type ChatKind = "plain" | "obfuscated" | "timed" | "counting" | "renamed";

const ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const PROMPT_TOKENS = 117;

/** The events of a streamed chat completion in the wire format of OpenAI, blank lines included. */
export function openaiChatEvents(count: number, kind: ChatKind): string[] {
  const draw = random(2);
  const envelope = {
    id: "chatcmpl-DqUmkyTw4hVHbA1eIoZcPz2nJ8RrX",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "gpt-5-mini-2025-08-07",
    service_tier: "default",
    system_fingerprint: null,
  };
  const obfuscation = () =>
    Array.from({ length: drawInteger(draw, 1, 16) }, () => pick(draw, ALPHABET)).join("");
  const usage = (tokens: number) => ({
    prompt_tokens: PROMPT_TOKENS,
    total_tokens: PROMPT_TOKENS + tokens,
    completion_tokens: tokens,
  });

  const chunk = (delta: object, finish_reason: string | null, tokens: number) =>
    event({
      ...envelope,
      ...(kind === "renamed" && { id: `${envelope.id}-${tokens}` }),
      choices: [{ index: 0, delta, finish_reason }],
      usage: kind === "counting" ? usage(tokens) : null,
      ...(kind === "obfuscated" && { obfuscation: obfuscation() }),
      ...(kind === "timed" && { timings: { predicted_n: tokens, predicted_ms: tokens * 12.5 } }),
    });

  return [
    chunk({ role: "assistant", content: "", refusal: null }, null, 0),
    ...deltas(count).map((content, index) => chunk({ content }, null, index + 1)),
    chunk({}, "stop", count),
    event({ ...envelope, choices: [], usage: usage(count) }),
    "data: [DONE]\n\n",
  ];
}

function event(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

import { deltas } from "./deltas.ts";

const envelope = { modelVersion: "gemini-3-flash-preview", responseId: "UwCzaaGdI_aEz7IPqoinwQM" };
const TOKENS = 8; // in a delta
const modality = [{ modality: "TEXT", tokenCount: 117 }];

/**
 * The events of a streamed `generateContent`, blank lines included: the counts of tokens change with
 * every one. Gemini says more at once than others do.
 */
export function geminiEvents(count: number): string[] {
  const texts = longDeltas(count);
  const event = (candidate: object, tokens: number): string => {
    const usageMetadata = {
      promptTokenCount: 117,
      candidatesTokenCount: tokens,
      totalTokenCount: 117 + tokens,
      promptTokensDetails: modality,
    };
    const chunk = { candidates: [{ ...candidate, index: 0 }], usageMetadata, ...envelope };
    return `data: ${JSON.stringify(chunk)}\r\n\r\n`;
  };
  const content = (text: string): object => ({ content: { parts: [{ text }], role: "model" } });
  return [
    ...texts.map((text, index) => event(content(text), TOKENS * (index + 1))),
    event({ ...content(""), finishReason: "STOP" }, TOKENS * count),
  ];
}

/** The same as an interaction. */
export function interactionEvents(count: number): string[] {
  const event = (type: string, rest: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ ...rest, event_type: type })}\n\n`;
  const interaction = { id: "v1_ChdUbXNIYXVEUkVacm", object: "interaction", model: "gemini-3" };
  const texts = longDeltas(count);
  return [
    event("interaction.created", { interaction: { ...interaction, status: "in_progress" } }),
    event("step.start", { index: 0, step: { type: "model_output" } }),
    ...texts.map((text) => event("step.delta", { index: 0, delta: { text, type: "text" } })),
    event("step.stop", { index: 0 }),
    event("interaction.completed", { interaction: { ...interaction, status: "completed" } }),
    "event: done\ndata: [DONE]\n\n",
  ];
}

function longDeltas(count: number): string[] {
  const all = deltas(count * TOKENS);
  return Array.from({ length: count }, (_, index) =>
    all.slice(index * TOKENS, (index + 1) * TOKENS).join(""),
  );
}

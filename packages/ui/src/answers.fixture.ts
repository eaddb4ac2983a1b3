import * as fc from "fast-check";
import type { FinishReason, Part, ProviderMetadata, Usage } from "@millrace/parts";

// Whole answers, grammatical by construction: threads of parts, woven into each other, and a finish.

type Thread = Part[];

const NO_USAGE: Usage = { inputTokens: {}, outputTokens: {} };
const metadata = fc.constantFrom<{ providerMetadata?: ProviderMetadata }[]>(...[{}, {}, {}], {
  providerMetadata: { p: { x: 1, y: null } },
});
const pieces = fc.array(
  fc.string({ unit: fc.constantFrom("a", "\n", '"', "[DONE]", "🌊"), minLength: 1, maxLength: 3 }),
  { maxLength: 4 },
);

const textThread = fc
  .record({
    id: fc.constant("text"),
    kind: fc.constantFrom({}, {}, { kind: "refusal" }, { kind: "commentary" }),
    deltas: fc.array(fc.tuple(pieces, metadata), { maxLength: 3 }),
    last: fc.constantFrom({}, { logprobs: [{ token: "a", logprob: -1, bytes: [97] }] }),
  })
  .map(({ id, kind, deltas, last }) => [
    { type: "text-start", id, ...kind },
    ...deltas.flatMap(([texts, more]) =>
      texts.map((delta) => ({ type: "text-delta", id, delta, ...more })),
    ),
    { type: "text-delta", id, delta: "!", ...last },
    { type: "text-end", id },
  ]);

const reasoningThread = fc
  .record({
    id: fc.constant("reasoning"),
    kind: fc.constantFrom({}, { kind: "summary" }, { kind: "redacted" }),
    deltas: pieces,
    seal: fc.constantFrom(
      {},
      { signature: "s" },
      { encrypted: "e" },
      { signature: "s", encrypted: "e" },
    ),
    more: metadata,
  })
  .map(({ id, kind, deltas, seal, more }) => [
    { type: "reasoning-start", id, ...kind },
    ...deltas.map((delta) => ({ type: "reasoning-delta", id, delta })),
    { type: "reasoning-end", id, ...seal, ...more },
  ]);

const result = fc.constantFrom<object[]>(
  { result: "sunny" },
  { result: { degrees: 21 } },
  { result: null },
  { result: "no such place", isError: true },
  { result: { code: 404 }, isError: true, toolName: "f" },
  { result: [1], preliminary: true },
);

const toolThread = fc
  .record({
    id: fc.constantFrom("tool", "call_Ab1"),
    input: fc.constantFrom("", "{}", '{"a":1}', ' {"a" : 1.0}', '{"a":', "12345678901234567890"),
    state: fc.constantFrom("text", "truncated", undefined),
    at: fc.nat(8),
    tool: fc.constantFrom({}, { providerExecuted: true }),
    approval: fc.constantFrom({}, {}, { approvalId: "consent" }),
    more: metadata,
    results: fc.array(result, { maxLength: 2 }),
  })
  .map(({ id, input, state, at, tool, approval, more, results }) => {
    const toolName = "f";
    const deltas = [input.slice(0, at), input.slice(at)].filter((delta) => delta !== "");
    const inputState = state ?? (input === "" || isJson(input) ? "valid" : "invalid");
    const encoding = inputState === "text" ? { inputEncoding: "text" } : {};
    return [
      { type: "tool-input-start", id, toolName, ...encoding, ...tool, ...more },
      ...deltas.map((delta) => ({ type: "tool-input-delta", id, delta })),
      { type: "tool-input-end", id },
      {
        type: "tool-call",
        toolCallId: id,
        toolName,
        input,
        inputState,
        ...tool,
        ...approval,
        ...more,
      },
      ...results.map((fields) => ({ type: "tool-result", toolCallId: id, ...fields, ...more })),
    ];
  });

const source = fc.constantFrom<object[]>(
  { source: { kind: "url", url: "https://example.com", title: "Mill" } },
  { source: { kind: "url", url: "https://example.com" }, anchor: { blockId: "b", citedText: "x" } },
  { source: { kind: "place", url: "https://example.com", title: "Ghent" } },
  { source: { kind: "file", fileId: "file-7" } },
  { source: { kind: "document", title: "Mills" }, providerMetadata: { p: { page: 1 } } },
);
const file = fc.constantFrom<object[]>(
  { data: { type: "data", data: "YQ==" } },
  { data: { type: "url", url: "https://example.com/a.png" }, id: "image" },
  { data: { type: "data", data: "YQ==" }, reasoning: true },
  { data: { type: "data", data: "YQ==" }, id: "image", preliminary: true },
  { data: { type: "data", data: "YQ==" }, id: "voice", delta: true },
);
const factThread = fc.oneof(
  source.map((fields) => [{ type: "source", id: "s", ...fields }]),
  file.map((fields) => [{ type: "file", mediaType: "image/png", ...fields }]),
  fc.constantFrom<object[][]>(
    [
      {
        type: "response-metadata",
        id: "r",
        modelId: "m",
        timestamp: new Date(0),
        role: "assistant",
      },
    ],
    [{ type: "response-metadata", modelId: "n" }],
    [
      {
        type: "status",
        status: "searching",
        progress: 0.5,
        cursor: { kind: "sequence", value: 7 },
      },
    ],
    [{ type: "custom", kind: "p.x", value: { a: 1 } }],
    [{ type: "custom", kind: "data.weather", value: "rain" }],
    [{ type: "custom", kind: "data.a.b", value: null }],
  ),
);

const ending = fc.constantFrom<FinishReason[]>(
  "stop",
  "length",
  "content-filter",
  "tool-calls",
  "error",
  "interrupted",
  "other",
);
const usage = fc.constantFrom<(Usage | undefined)[]>(
  undefined,
  {
    inputTokens: { total: 3, cacheRead: 1, cacheWrite: 0 },
    outputTokens: { total: 4, reasoning: 2 },
  },
  { inputTokens: {}, outputTokens: { total: 0 } },
);

/** Whole answers of choice 0. */
export const answers: fc.Arbitrary<Part[]> = fc
  .record({
    threads: fc.array(fc.oneof(textThread, reasoningThread, toolThread, factThread), {
      maxLength: 5,
    }),
    turns: fc.array(fc.nat(4), { maxLength: 40 }),
    unified: ending,
    usage,
    more: fc.oneof(
      fc.constantFrom({ stopSequence: "END" }, { continuable: { kind: "pause-turn" } }),
      metadata,
    ),
  })
  .map(({ threads, turns, unified, usage, more }) => {
    const named = threads.map((thread, index) => thread.map((part) => rename(part, index)));
    const error = { kind: "overloaded", message: "Sorry", retryable: true, retryAfterMs: 5 };
    return [
      ...woven(named, turns),
      ...(usage === undefined ? [] : [{ type: "usage", usage }]),
      ...(unified === "error" ? [{ type: "error", error }] : []),
      {
        type: "finish",
        finishReason: { unified, raw: unified === "interrupted" ? undefined : "end_turn" },
        usage: usage ?? NO_USAGE,
        ...more,
      },
    ] as Part[];
  });

function rename(part: object, index: number): Part {
  const own: Record<string, unknown> = { ...part };
  for (const name of ["id", "toolCallId", "approvalId"]) {
    if (own[name] !== undefined) own[name] = `${own[name] as string}-${index}`;
  }
  return own as unknown as Part;
}

/** Takes turns: each says which of the threads that are left goes on. */
function woven(threads: readonly Thread[], turns: readonly number[]): Part[] {
  const left = threads.map((parts) => [...parts]);
  const all: Part[] = [];
  for (const turn of turns) {
    const waiting = left.filter((parts) => parts.length > 0);
    const part = waiting[turn % Math.max(1, waiting.length)]?.shift();
    if (part !== undefined) all.push(part);
  }
  return [...all, ...left.flat()];
}

function isJson(input: string): boolean {
  try {
    JSON.parse(input);
    return true;
  } catch {
    return false;
  }
}

import * as fc from "fast-check";
import type { FinishReason, Part, TextDelta, ToolInputState } from "./part.ts";
import type { Usage } from "./usage.ts";

// Parts of whole answers, grammatical by construction: blocks of several kinds and choices, woven into
// each other, some of them taken back, with facts between them and one finish a choice.

/** Parts in the order that they must have among themselves. */
type Thread = Part[];

const NO_USAGE: Usage = { inputTokens: {}, outputTokens: {} };
const extra = fc.constantFrom<Partial<TextDelta>[]>(
  ...[{}, {}, {}, {}],
  { providerMetadata: { p: { x: 1 } } },
  { logprobs: [{ token: "a", logprob: -1 }] },
);

/** Pieces of text, none of them empty. */
const pieces: fc.Arbitrary<string[]> = fc.array(
  fc.string({
    unit: fc.constantFrom("a", "b", " ", "[", "]", "🌊"),
    minLength: 1,
    maxLength: 4,
  }),
  { maxLength: 4 },
);

const textThread: fc.Arbitrary<Thread> = fc
  .record({
    kind: fc.constantFrom<object[]>({}, {}, {}, { kind: "refusal" }, { kind: "commentary" }),
    deltas: fc.array(fc.tuple(pieces, extra), { maxLength: 3 }),
  })
  .map(({ kind, deltas }): Part[] => [
    { type: "text-start", id: "text", ...kind },
    ...deltas.flatMap(([texts, more]): Part[] => [
      ...texts.map((delta): Part => ({ type: "text-delta", id: "text", delta })),
      ...(Object.keys(more).length > 0
        ? [{ type: "text-delta" as const, id: "text", delta: "", ...more }]
        : []),
    ]),
    { type: "text-end", id: "text" },
  ]);

const reasoningThread: fc.Arbitrary<Thread> = fc
  .record({ deltas: pieces, seal: fc.constantFrom<object[]>({}, { signature: "s" }) })
  .map(({ deltas, seal }): Part[] => [
    { type: "reasoning-start", id: "reasoning" },
    ...deltas.map((delta): Part => ({ type: "reasoning-delta", id: "reasoning", delta })),
    { type: "reasoning-end", id: "reasoning", ...seal },
  ]);

const toolThread: fc.Arbitrary<Thread> = fc
  .record({
    toolName: fc.constantFrom("f", "g"),
    input: fc.constantFrom("", "{}", '{"a":1}', "[1,2]", '{"a":"x y"}'),
    cut: fc.option(fc.nat(8), { nil: undefined, freq: 4 }),
    at: fc.nat(8),
  })
  .map(({ toolName, input: whole, cut, at }): Part[] => {
    const input = whole.slice(0, cut);
    const inputState: ToolInputState = input === whole ? "valid" : "truncated";
    const deltas = [input.slice(0, at), input.slice(at)].filter((delta) => delta !== "");
    return [
      { type: "tool-input-start", id: "tool", toolName },
      ...deltas.map((delta): Part => ({ type: "tool-input-delta", id: "tool", delta })),
      { type: "tool-input-end", id: "tool" },
      { type: "tool-call", toolCallId: "tool", toolName, input, inputState },
    ];
  });

const factThread: fc.Arbitrary<Thread> = fc.constantFrom<Thread[]>(
  [{ type: "response-metadata", id: "r", modelId: "m" }],
  [{ type: "source", id: "s", source: { kind: "url", url: "https://example.com" } }],
  [{ type: "file", mediaType: "text/plain", data: { type: "data", data: "YQ==" } }],
  [{ type: "usage", usage: { inputTokens: { total: 3 }, outputTokens: { total: 4 } } }],
  [{ type: "usage", usage: { inputTokens: { total: 3 }, outputTokens: { total: 9 } } }],
  [{ type: "custom", kind: "p.x", value: 1 }],
  [{ type: "raw", rawValue: 1 }],
);

/** A block that is taken back in its middle. */
function takenBack(thread: Thread, id: string): Thread {
  return [...thread.slice(0, Math.ceil(thread.length / 2)), { type: "reset", blocks: [id] }];
}

const thread: fc.Arbitrary<[Thread, boolean, number]> = fc.tuple(
  fc.oneof(textThread, textThread, reasoningThread, toolThread, factThread),
  fc.constantFrom(false, false, true),
  fc.constantFrom(0, 0, 0, 1),
);

export interface AnswerOptions {
  /** How the answers may end. Default: in any way. */
  endings?: readonly FinishReason[];
  /** Whether blocks may be taken back. Default `true`. */
  resets?: boolean;
  /** The most threads. Default 5. */
  threads?: number;
}

export function answers(options: AnswerOptions = {}): fc.Arbitrary<Part[]> {
  const {
    endings = ["stop", "length", "error", "interrupted"],
    resets = true,
    threads: maxLength = 5,
  } = options;
  return fc
    .record({
      threads: fc.array(thread, { maxLength }),
      turns: fc.array(fc.nat(4), { maxLength: 40 }),
      ending: fc.constantFrom(...endings),
    })
    .map(({ threads, turns, ending }) => {
      const own = threads.map(([parts, isBack, choice], index) => {
        const [first] = parts;
        const id = `${idOf(first) ?? "fact"}-${index}`;
        const named = parts.map((part) => ofBlock(part, id, choice));
        const isBlock = idOf(first) !== undefined;
        return resets && isBack && isBlock ? takenBack(named, id) : named;
      });
      const all = woven(own, turns);
      return [...all, ...closing(all, ending)];
    });
}

/** Of the block that a part starts. */
function idOf(part: Part | undefined): string | undefined {
  if (part === undefined) return undefined;
  return part.type.endsWith("-start") ? (part as { id: string }).id : undefined;
}

function ofBlock(part: Part, id: string, choice: number): Part {
  const own = choice === 0 || part.type === "raw" ? {} : { choice };
  if (part.type === "tool-call") return { ...part, toolCallId: id, ...own };
  if (part.type === "usage" || part.type === "response-metadata") return part; // of all choices
  if (!/-(start|delta|end)$/.test(part.type)) return { ...part, ...own };
  return { ...part, id, ...own } as Part;
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

function closing(parts: readonly Part[], ending: FinishReason): Part[] {
  const choices = new Set([0, ...parts.map((part) => ("choice" in part ? part.choice : 0))]);
  const counted = parts.flatMap((part) => (part.type === "usage" ? [part.usage] : []));
  const error = { kind: "server", message: "Sorry", retryable: true } as const;
  return [
    ...(ending === "error" ? [{ type: "error", error } as const] : []),
    ...Array.from(choices, (choice): Part => ({
      type: "finish",
      finishReason: { unified: ending, raw: ending === "interrupted" ? undefined : ending },
      usage: counted.at(-1) ?? NO_USAGE,
      ...(choice > 0 && { choice }),
    })),
  ];
}

/** The same parts with one unit of text a delta: equal for parts that were cut differently. */
export function unitwise(parts: readonly Part[]): Part[] {
  return parts.flatMap((part): Part[] => {
    if (part.type !== "text-delta" && part.type !== "reasoning-delta") return [part];
    return part.delta === "" ? [part] : part.delta.split("").map((delta) => ({ ...part, delta }));
  });
}

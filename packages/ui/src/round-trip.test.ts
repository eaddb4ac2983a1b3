import { fuse, run } from "@millrace/core";
import { checkParts, type FinishPart, type Part } from "@millrace/parts";
import { decodeSse, encodeSse } from "@millrace/sse";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answers } from "./answers.fixture.ts";
import { decodeAgUi } from "./decode-ag-ui.ts";
import { decodeAiSdkUi } from "./decode-ai-sdk-ui.ts";
import { encodeAgUi } from "./encode-ag-ui.ts";
import { encodeAiSdkUi } from "./encode-ai-sdk-ui.ts";

const RUN = { threadId: "t", runId: "r" };

describe("decode after encode keeps what the format can carry", () => {
  test.each([5, 6, 7] as const)("in the UI messages of AI SDK %i", (target) => {
    const there = fuse(encodeAiSdkUi({ target }), encodeSse(), decodeSse(), decodeAiSdkUi());
    fc.assert(
      fc.property(answers, (parts) => {
        const kept = run(fuse(there, checkParts()), parts);
        expect(kept.map(comparable)).toEqual(inAiSdk(parts, target).map(comparable));
      }),
    );
  });

  test("in AG-UI", () => {
    const there = fuse(encodeAgUi(RUN), encodeSse(), decodeSse(), decodeAgUi());
    fc.assert(
      fc.property(answers, (parts) => {
        const [first, ...kept] = run(fuse(there, checkParts()), parts);
        expect(first).toEqual({
          type: "response-metadata",
          providerMetadata: { "ag-ui": RUN },
        });
        expect(kept.map(comparable)).toEqual(inAgUi(parts).map(comparable));
      }),
    );
  });
});

/** Values come as JSON; what an error says beside what is safe is the frame that brought it. */
function comparable(part: Part): unknown {
  if (part.type !== "error") return JSON.parse(JSON.stringify(part));
  return { ...part, error: { ...part.error, data: undefined } };
}

/** Both formats end the input of a tool with its call. */
function withLateEnds(parts: readonly Part[]): Part[] {
  return parts.flatMap((part): Part[] => {
    if (part.type === "tool-input-end") return [];
    return part.type === "tool-call"
      ? [{ type: "tool-input-end", id: part.toolCallId }, part]
      : [part];
  });
}

/** The last parts are those of the end: tokens, the error, the finish. */
function splitEnd(parts: readonly Part[]): {
  body: Part[];
  usage: Part[];
  error: Part[];
  finish: FinishPart;
} {
  const finish = parts.at(-1) as FinishPart;
  return {
    body: withLateEnds(parts).filter(({ type }) => !["usage", "error", "finish"].includes(type)),
    usage: parts.filter(({ type }) => type === "usage"),
    error: parts.flatMap((part) => (part.type === "error" ? [failure("overloaded", 5)] : [])),
    finish,
  };
}

function failure(kind: "overloaded" | "transport", retryAfterMs?: number): Part {
  const message = "The answer failed. Please try again.";
  const more = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { type: "error", error: { kind, message, retryable: true, ...more } };
}

function inAiSdk(parts: readonly Part[], target: number): Part[] {
  const { body, usage, error, finish } = splitEnd(parts);
  const { unified, raw } = finish.finishReason;
  if (unified !== "interrupted" || target === 7) return [...body, ...error, ...usage, finish];
  // Clients of these versions know no interruption.
  const failed: Part = { ...finish, finishReason: { unified: "error", raw } };
  return [...body, failure("transport"), ...usage, failed];
}

function inAgUi(parts: readonly Part[]): Part[] {
  const { body, usage, error, finish } = splitEnd(parts);
  const { type, finishReason } = finish;
  const isBad = ["error", "interrupted"].includes(finishReason.unified);
  const last = isBad ? { type, finishReason, usage: finish.usage } : finish;
  return [...body, ...usage, ...error, last];
}

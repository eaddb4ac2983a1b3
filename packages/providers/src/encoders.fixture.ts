import { fuse, run, type Stage } from "@millrace/core";
import {
  checkParts,
  type FinishPart,
  type FinishReason,
  type Part,
  type StreamError,
} from "@millrace/parts";
import { decodeSse, encodeSse, type SseEvent, type SseMessage } from "@millrace/sse";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  carriable,
  carriedOf,
  LATE_FACTS,
  throughWire,
  type Carried,
  type CarriedStream,
} from "./carried.fixture.ts";
import type { EncoderOptions } from "./shared/about.ts";

// What the encoders of all formats have in common in their tests.

/** An encoder, and the decoder of what it sends. */
export interface Pair<O extends string | SseMessage> {
  name: string;
  encode: (options?: EncoderOptions) => Stage<Part, O>;
  decode: () => Stage<SseEvent, Part>;
}

export const USAGE = {
  inputTokens: { total: 20, cacheRead: 5 },
  outputTokens: { total: 30, reasoning: 10 },
};

export function finish(unified: FinishReason, about: Partial<FinishPart> = {}): FinishPart {
  const usage = { inputTokens: {}, outputTokens: {} };
  return { type: "finish", finishReason: { unified, raw: undefined }, usage, ...about };
}

/** A block of text. */
export function said(delta: string, id = "text-0", kind?: "refusal" | "commentary"): Part[] {
  return [
    { type: "text-start", id, ...(kind && { kind }) },
    { type: "text-delta", id, delta },
    { type: "text-end", id },
  ];
}

export const OVERLOADED: StreamError = {
  kind: "overloaded",
  message: "secret",
  retryable: true,
  retryAfterMs: 1500,
};

/** However an answer fails, its client hears it, and no more of it than it may. */
export function failsWell<O extends string | SseMessage>({ encode, decode }: Pair<O>): void {
  /** The error that a client reads, ahead of a finish that is no other. */
  function heard(parts: readonly Part[], options?: EncoderOptions): Partial<StreamError> {
    return errorIn(throughWire(encode(options), decode(), parts));
  }

  function errorIn(parts: readonly Part[]): Partial<StreamError> {
    expect(parts.at(-1)).toMatchObject({ type: "finish", finishReason: { unified: "error" } });
    return parts.find((part) => part.type === "error")?.error ?? {};
  }

  describe("an answer that is not whole", () => {
    test("tells the kind of error, and when to try again, but nothing that the provider said", () => {
      const parts: Part[] = [...said("Hi"), { type: "error", error: OVERLOADED }, finish("error")];
      expect(heard(parts)).toMatchObject({
        kind: "overloaded",
        message: "The answer failed. Please try again.",
        retryable: true,
        retryAfterMs: 1500,
      });
      expect(
        run(encode(), parts)
          .map((sent) => JSON.stringify(sent))
          .join(),
      ).not.toContain("secret");
    });

    test("says of the error what errorText does, also where nothing came before", () => {
      const parts: Part[] = [{ type: "error", error: OVERLOADED }, finish("error")];
      expect(heard(parts, { errorText: ({ message }) => message }).message).toBe("secret");
    });

    test("has been cut off where its parts end without a finish", () => {
      expect(heard(said("Hi").slice(0, 2))).toMatchObject({ kind: "server", retryable: true });
      expect(heard([])).toMatchObject({ kind: "server", retryable: true });
    });

    test("ends well where its source fails, as does one that is whole", () => {
      const gone = new DOMException("Gone", "AbortError");
      const fails = (parts: readonly Part[]): Part[] => {
        const sent: O[] = [];
        const reasons: unknown[] = [];
        const machine = encode().start(
          (message) => sent.push(message),
          (reason) => reasons.push(reason),
        );
        for (const part of parts) machine.push(part);
        machine.fail(gone);
        expect(reasons).toEqual([gone]);
        return run(fuse(encodeSse(), decodeSse(), decode(), checkParts()), sent);
      };
      expect(["aborted", "server"]).toContain(errorIn(fails(said("Hi").slice(0, 2))).kind);
      expect(fails([...said("Hi"), finish("stop")]).at(-1)).toMatchObject({
        finishReason: { unified: "stop" },
      });
    });

    test("is one of which something was taken back, once it has been sent", () => {
      const taken: Part = { type: "reset", blocks: ["text-0"] };
      expect(heard([...said("Hi"), taken, finish("stop")])).toMatchObject({ kind: "server" });
      const whole = [...said("Hi", "text-1"), finish("stop")];
      expect(run(encode(), [taken, ...whole])).toEqual(run(encode(), whole));
    });

    test("is not one with an event that could not be read", () => {
      const error: StreamError = { ...OVERLOADED, kind: "malformed-event" };
      const whole = [...said("Hi"), finish("stop")];
      expect(run(encode(), [{ type: "error", error }, ...whole])).toEqual(run(encode(), whole));
    });
  });
}

/** There and back: what is left of an answer, and the laws. */
export function carries<O extends string | SseMessage>(
  { name, encode, decode }: Pair<O>,
  expected: (
    parts: readonly Part[],
    carried: { stream: CarriedStream; choices: Carried[] },
  ) => { stream: CarriedStream; choices: Carried[] },
  only: (choice: Carried) => boolean = () => true,
): void {
  test("decode after encode keeps what the format can carry", () => {
    fc.assert(
      fc.property(carriable(), (parts) => {
        const before = expected(parts, carriedOf(parts));
        const after = carriedOf(throughWire(encode(), decode(), parts));
        expect({ ...after, choices: after.choices.filter(only) }).toEqual({
          ...before,
          choices: before.choices.filter(only),
        });
      }),
    );
  });

  test("keeps the laws", async () => {
    await laws(name, () => encode(), {
      input: carriable({ threads: 3 }),
      runs: 50,
      continuations: [said("x", "new"), [finish("stop")], LATE_FACTS],
    });
  });
}

import { cancelTravels, dataBeforeError, laws, oneMeaning, prompt } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, test } from "vitest";
import { CASES } from "./cases.fixture.ts";
import { decodeSse } from "./decode-sse.ts";
import { interpret } from "./oracle.fixture.ts";

const encoder = new TextEncoder();

const SHORT_CASES = CASES.map(({ input }) => input).filter((input) => input.length < 300);

describe("decodeSse keeps the laws", () => {
  const piece = fc.constantFrom(
    ...["data", "event", "id", "retry", "datax", ":", ": ", "\n", "\r", "\r\n", "\n\n", "\r\n\r\n"],
    ...["a", " ", "é", "😀", "\0", "\uFEFF", "7", "data: x\n\n", "id: 1\n"],
  );
  const streams = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
  const declared = {
    oracle: (stream: string) => interpret(stream),
    continuations: ["\n", "\n\n", "x", "\r", ": c\n", "\ndata: x\n\n"],
    limit: {
      stage: (max: number) => decodeSse({ maxEventLength: max }),
      fill: (length: number) => `data:${"x".repeat(length)}`.slice(0, length),
      end: "\n\n",
    },
  };

  test("on text", () => laws("decodeSse", () => decodeSse(), { ...declared, input: streams }));

  test("in every case of the standard, besides every cut of it", async () => {
    const every = { ...declared, input: fc.constant<string>(""), runs: 1 };
    await prompt("decodeSse", () => decodeSse(), { ...every, samples: SHORT_CASES });
    // Laws on streams take turns of the event loop for each sample, so here all are one.
    const streamed = { ...every, samples: [SHORT_CASES.join("")] };
    for (const law of [oneMeaning, dataBeforeError, cancelTravels]) {
      await law("decodeSse", () => decodeSse(), streamed);
    }
  });

  test("on bytes", () =>
    laws("decodeSse", () => decodeSse(), {
      input: streams.map((text) => encoder.encode(text)),
      oracle: (bytes) => interpret(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)),
      continuations: ["\n", "\n\n", "x", "\r", "\ndata: x\n\n"].map((text) => encoder.encode(text)),
    }));

  test("when strays are dispatched", () =>
    laws("decodeSse", () => decodeSse({ strays: "dispatch" }), {
      input: streams,
      continuations: ["\n", "\n\n", "x", "\r", ": c\n", "\ndata: x\n\n"],
    }));

  test("when incomplete events are dispatched", () =>
    laws("decodeSse", () => decodeSse({ incomplete: "dispatch" }), {
      input: streams,
      // With the blank line that is missing, and without a last line that is no field and broke off.
      oracle: (stream) =>
        interpret(`${stream.replace(/(^\uFEFF?|[\r\n])(?::|retry)[^\r\n]*$/, "$1")}\n\n`),
      runs: 300,
      continuations: ["\n", "\n\n", "x", "\r", ": c\n", "\ndata: x\n\n", "data: y\n"],
    }));
});

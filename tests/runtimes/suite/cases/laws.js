import { graphemes, lines } from "@millrace/buffers";
import { jsonValues } from "@millrace/parsers";
import { decodeSse } from "@millrace/sse";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";

const RUNS = 10; // that the laws hold is shown elsewhere: here, that they hold on this runtime

const joined = (texts) => texts.join("");
const text = fc.string({ unit: fc.constantFrom("a", ". ", "\n", "\r\n", "ü", "👩‍🚀") });

export const stageLaws = {
  async "The laws hold for lines"() {
    await laws("lines", () => lines(), {
      input: text,
      lossless: true,
      oracle: (whole) => whole.match(/[^\n]*\n|[^\n]+$/g) ?? [],
      continuations: ["a", "\n"],
      runs: RUNS,
    });
  },

  async "The laws hold for graphemes"() {
    const segmenter = new Intl.Segmenter("en");
    await laws("graphemes", () => graphemes(), {
      input: text,
      lossless: true,
      oracle: (whole) => Array.from(segmenter.segment(whole), ({ segment }) => segment),
      hold: 16,
      runs: RUNS,
    });
  },

  async "The laws hold for server-sent events"() {
    const event = fc.string({ unit: fc.constantFrom("a", "ü", "👩‍🚀") });
    const stream = fc.array(event).map((events) => events.map((data) => `data: ${data}\r\n\r\n`));
    await laws("decodeSse", () => decodeSse(), {
      input: stream.map((events) => new TextEncoder().encode(joined(events))),
      runs: RUNS,
    });
  },

  async "The laws hold for JSON"() {
    await laws("jsonValues", () => jsonValues(), {
      input: fc.array(fc.json()).map((values) => joined(values.map((value) => `${value}\n`))),
      oracle: (whole) =>
        whole
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line)),
      runs: RUNS,
    });
  },
};

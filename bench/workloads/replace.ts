import type { Stage } from "@millrace/core";
import { redact, replaceText, stopAt } from "@millrace/parsers";
import { cutText } from "../inputs/chunks.ts";
import { prose } from "../inputs/prose.ts";
import { drawInteger, random } from "../inputs/random.ts";
import type { Row, Sink, Target, Workload } from "../src/workload.ts";

const LENGTH = 262_144;
const HOSTILE_LENGTH = 1_048_576;
const NETWORK_CHUNK = 65_536;
const DELTA = 5;
const PARTS = 8; // that a hostile text is cut into, for reference
const LINEAR: Target = { atMost: 1.5 };
const IN_PLACE = "*";

const SECRETS = Array.from({ length: 20 }, (_, index) => `sk-${String(index)}-5e8f03a7c6`);
const KEY = /sk-\w{20,60}/g;
const PERSONAL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|\d{4}(?:[ -]?\d{4}){3}/g;
const DEEP = "a".repeat(1000);

export const workload: Workload = {
  about: "Replacing: what it costs in a stream beside the platform's replacement in the whole text",
  rows: [
    ...[NETWORK_CHUNK, DELTA].flatMap((chunk) => [
      literalsRow("one literal", chunk, ["wheel"]),
      literalsRow("three literals", chunk, ["wheel", "stone", "river"]),
      literalsRow("20 secrets", chunk, SECRETS),
      literalsRow("1000 literals", chunk, names(1000)),
      row("redact, keys", chunk, replaceIn(KEY), () => redact(KEY, { replacement: IN_PLACE })),
      row("redact, personal data", chunk, replaceIn(PERSONAL), () =>
        redact(PERSONAL, { replacement: IN_PLACE }),
      ),
    ]),
    ...[NETWORK_CHUNK, DELTA].map((chunk) =>
      row(
        "stopAt, no stop comes",
        chunk,
        (whole, sink) => {
          if (["\nUser:", "###"].every((stop) => !whole.includes(stop))) sink(whole);
        },
        () => stopAt(["\nUser:", "###"]),
      ),
    ),
    ...["a", "<", "`", "\u0301", "```", "</thin"].map((unit) =>
      hostileRow("replaceText", unit, () =>
        replaceText({ [`${DEEP}b`]: "1", "`````x": "2", "</think>": "3", "\u0301\u0301x": "4" }),
      ),
    ),
    hostileRow("replaceText, a match a unit", "a", () =>
      replaceText({ [`${DEEP}b`]: "1", a: "2", aab: "3" }),
    ),
    hostileRow("redact, strings", "a", () => redact([`${DEEP}b`, "aab"])),
    hostileRow("redact, beginnings of matches", "a", () =>
      redact(/a+b|\u0301+x/, { maxMatch: 64 }),
    ),
    hostileRow("redact, a match that goes on", "a", () =>
      redact(/a+/, { maxMatch: 64, overflow: "redact" }),
    ),
    hostileRow("stopAt", "a", () => stopAt([`${DEEP}b`, `${DEEP}c`])),
  ],
};

function literalsRow(name: string, chunk: number, literals: readonly string[]): Row {
  const pairs = literals.map((literal) => [literal, IN_PLACE] as const);
  const expression = new RegExp(literals.join("|"), "g");
  return row(`replaceText, ${name}`, chunk, replaceIn(expression), () => replaceText(pairs));
}

function replaceIn(expression: RegExp): (whole: string, sink: Sink) => void {
  return (whole, sink) => {
    sink(whole.replace(expression, IN_PLACE));
  };
}

function row(
  name: string,
  chunkLength: number,
  runReference: (whole: string, sink: Sink) => void,
  stage: () => Stage<string, string>,
): Row {
  return {
    name: `${name}, chunks of ${String(chunkLength)}`,
    size: LENGTH,
    equal: "joined",
    prepare(size) {
      const whole = prose(size);
      const chunks = cutText(whole, chunkLength);
      const made = stage();
      return Promise.resolve([
        {
          name: "on the whole text",
          run: (sink) => {
            runReference(whole, sink);
          },
        },
        {
          name: "millrace",
          run: (sink) => {
            feed(made, chunks, sink);
          },
        },
      ]);
    },
  };
}

/** As long as a unit of the whole costs no more than one of a part, the work is linear. */
function hostileRow(name: string, unit: string, stage: () => Stage<string, string>): Row {
  return {
    name: `${name}, text of ${unit} only`,
    size: HOSTILE_LENGTH,
    equal: "joined",
    prepare(size) {
      const end = "."; // so that nothing that began in a part goes on in the next
      const part = unit.repeat(Math.ceil(size / PARTS / unit.length)) + end;
      const parts = Array.from({ length: PARTS }, () => cutText(part, DELTA));
      const whole = cutText(part.repeat(PARTS), DELTA);
      const made = stage();
      return Promise.resolve([
        {
          name: `${String(PARTS)} parts of it`,
          run: (sink) => {
            for (const chunks of parts) feed(made, chunks, sink);
          },
        },
        {
          name: "millrace",
          targets: [LINEAR],
          run: (sink) => {
            feed(made, whole, sink);
          },
        },
      ]);
    },
  };
}

function feed(stage: Stage<string, string>, chunks: readonly string[], sink: Sink): void {
  const machine = stage.start(sink);
  for (const chunk of chunks) machine.push(chunk);
  machine.flush();
}

/** Words that are none. */
function names(count: number): string[] {
  const draw = random(5);
  const letter = () => String.fromCharCode(drawInteger(draw, 0x61, 0x7a));
  return Array.from({ length: count }, () => Array.from({ length: 8 }, letter).join(""));
}

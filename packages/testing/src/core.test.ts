import {
  decodeText,
  encodeText,
  filter,
  fuse,
  map,
  ParseError,
  run,
  take,
  type Stage,
} from "@millrace/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { laws, roundTrip } from "./index.ts";

const joined = (texts: readonly string[]): string => texts.join("");
const anyText = fc.string({ unit: "binary", maxLength: 40 });

describe("map, filter, take and chains of them obey the laws", () => {
  test("map", async () => {
    await laws("map", () => map((count: number, index) => count + index), {
      input: fc.array(fc.nat()),
      oracle: (counts) => counts.map((count, index) => count + index),
      continuations: [[1]],
      hostile: [(length) => Array.from({ length }, () => 1)],
    });
  });

  test("a map that throws", async () => {
    const strict = () =>
      map((count: number) => {
        if (count > 9) throw new RangeError(`${count} is too much`);
        return count;
      });
    await laws("a strict map", strict, {
      input: fc.array(fc.nat(12)),
      samples: [[1, 2, 10, 3], [10], []],
      oracle: (counts) => {
        if (counts.some((count) => count > 9)) throw new RangeError();
        return counts;
      },
      continuations: [[1], [10]],
    });
  });

  test("filter", async () => {
    await laws("filter", () => filter((count: number) => count % 2 === 0), {
      input: fc.array(fc.nat()),
      oracle: (counts) => counts.filter((count) => count % 2 === 0),
      continuations: [[1], [2]],
    });
  });

  test.each([0, 1, 3, Infinity])("take(%d)", async (count) => {
    await laws(`take(${count})`, () => take<string>(count), {
      input: fc.array(fc.string()),
      oracle: (items) => items.slice(0, count),
      continuations: [["a"]],
    });
  });

  test("several, fused", async () => {
    const chain = (): Stage<string, number> =>
      fuse(
        map((text: string) => text.length),
        filter((length) => length % 2 === 1),
        take(3),
      );
    await laws("fuse", chain, {
      input: fc.array(fc.string({ maxLength: 4 })),
      oracle: (texts) =>
        texts
          .map(({ length }) => length)
          .filter((length) => length % 2 === 1)
          .slice(0, 3),
      continuations: [["a"], [""]],
    });
  });
});

describe("decodeText obeys the laws", () => {
  const bytes = (...codes: number[]) => new Uint8Array(codes);
  const samples = [
    new TextEncoder().encode("\uFEFFWasser läuft über die Mühle — 水車 🌊"),
    bytes(0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x61), // a second mark is a character
    bytes(0xef, 0xbb, 0x61), // half a mark
    bytes(0x61, 0xc3), // ends in half a character
    bytes(0xf0, 0x9f, 0x98, 0x61, 0xf0, 0x80, 0xed, 0xa0, 0x80, 0xc0, 0xff, 0xe2, 0x82),
    bytes(),
  ];
  const jagged = fc
    .array(
      fc.oneof(
        anyText.map((text) => new TextEncoder().encode(text)),
        fc.uint8Array({ maxLength: 3 }),
        fc.constantFrom(bytes(0xef, 0xbb, 0xbf), bytes(0xf0, 0x9f), bytes(0x98), bytes(0xe2, 0x82)),
      ),
      { maxLength: 5 },
    )
    .map((chunks) => new Uint8Array(chunks.flatMap((chunk) => [...chunk])));
  // Every way in which bytes can change what came before: they finish a character, or they do not.
  const continuations = [
    bytes(0x61),
    bytes(0x80),
    bytes(0x80, 0x80),
    bytes(0x80, 0x80, 0x80),
    bytes(0xbf, 0xbf),
    bytes(0xbf, 0xbf, 0xbf),
    bytes(0x9f, 0xbf),
    bytes(0x8f, 0xbf, 0xbf),
  ];

  test.each([
    { fatal: false, ignoreBOM: false },
    { fatal: false, ignoreBOM: true },
    { fatal: true, ignoreBOM: false },
    { fatal: true, ignoreBOM: true },
  ])("with %o", async (options) => {
    await laws("decodeText", () => decodeText(options), {
      input: jagged,
      samples,
      oracle: (whole) => [new TextDecoder("utf-8", options).decode(whole)],
      join: joined,
      continuations,
      hostile: [
        (length) => new Uint8Array(length).fill(0x61),
        (length) => new Uint8Array(length).fill(options.fatal ? 0x61 : 0xf0),
        (length) => new TextEncoder().encode("é".repeat(length / 2)),
      ],
    });
  });

  test("with strings and bytes mixed, where a string ends what came before it", async () => {
    const mixed = fc.array(
      fc.oneof(fc.string({ unit: "grapheme", maxLength: 5 }), fc.uint8Array({ maxLength: 5 })),
      { maxLength: 8 },
    );
    await laws("decodeText", () => decodeText(), {
      input: mixed,
      samples: [
        ["\uFEFFa", bytes(0xef, 0xbb, 0xbf)],
        [bytes(0xc3), "é", bytes(0xa9)],
        ["", "a"],
      ],
      oracle: (chunks) => {
        let whole = "";
        let run: number[] = [];
        for (const chunk of [...chunks, "end"]) {
          if (typeof chunk !== "string") run.push(...chunk);
          else if (chunk !== "") {
            whole += new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array(run));
            whole += chunk;
            run = [];
          }
        }
        return [whole.slice(0, -"end".length).replace(/^\uFEFF/, "")];
      },
      join: joined,
      continuations: [["a"], ...continuations.map((chunk) => [chunk])],
    });
  });

  test("its error stands behind the last good character, and says where", () => {
    const decode = () => run(decodeText({ fatal: true }), [bytes(0xc3, 0xa9, 0xc3, 0x28)]);
    expect(decode).toThrow(ParseError);
    expect(decode).toThrow(expect.objectContaining({ offset: 1, outputs: ["é"] }));
  });
});

describe("encodeText obeys the laws", () => {
  const decoded = (outputs: readonly Uint8Array[]): string =>
    outputs.map((bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)).join("");

  test("on text with and without lone surrogates", async () => {
    await laws("encodeText", encodeText, {
      input: fc.array(fc.oneof(anyText, fc.constantFrom("\ud83d", "\ude00"))).map(joined),
      samples: ["Wasser läuft 🌊", "\ud83d", "\ude00\ud83d", "\ud83d\ud83d\ude00", ""],
      oracle: (text) => [new TextEncoder().encode(text)],
      join: (outputs) => outputs.flatMap((bytes) => [...bytes]),
      continuations: ["a", "\udc00", "\udfff"],
      hostile: [(length) => "\ud83d".repeat(length), (length) => "x".repeat(length)],
    });
  });

  test("loses nothing of well-formed text", async () => {
    await laws("encodeText", encodeText, {
      input: fc.string({ unit: "grapheme" }),
      samples: ["🌊🌊"],
      join: (outputs) => outputs.flatMap((bytes) => [...bytes]),
      lossless: decoded,
    });
  });

  test("decodeText gives back what encodeText wrote", async () => {
    await roundTrip("text", {
      values: fc.string({ unit: "grapheme" }).filter((text) => !text.startsWith("\uFEFF")),
      encode: encodeText,
      decode: () => decodeText(),
      join: joined,
      samples: [["🌊", "", "水車"]],
    });
  });
});

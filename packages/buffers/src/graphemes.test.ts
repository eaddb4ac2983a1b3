import { run } from "@millrace/core";
import { laws, linear } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPlain } from "./graphemes-plain.ts";
import { stageFailureOf } from "../../core/src/failure-of.fixture.ts";
import { graphemes } from "./graphemes.ts";

const FAMILY = "👩🏽\u200d🚀\u200d👨\u200d👧";
const LONGEST_GENERATED = 60;

describe("graphemes", () => {
  test("are letters with all their marks, syllables, and a CRLF", () => {
    expect(run(graphemes(), Array.from("e\u0301한 \u1112\u1161\u11ab\r\n\n"))).toEqual([
      ...["e\u0301", "한", " ", "\u1112\u1161\u11ab", "\r\n", "\n"],
    ]);
  });

  test("are emoji with all their parts", () => {
    const text = `${FAMILY}❤\ufe0f1\ufe0f\u20e3🏴\u{e0067}\u{e0062}\u{e007f}`;
    expect(run(graphemes(), text.split(""))).toEqual([
      ...[FAMILY, "❤\ufe0f", "1\ufe0f\u20e3", "🏴\u{e0067}\u{e0062}\u{e007f}"],
    ]);
  });

  test("are flags, paired from the first one of a run wherever that is cut", () => {
    const flags = ["🇩🇪", "🇫🇷", "🇯🇵", "🇧🇷", "🇮🇳"];
    const text = flags.join("");
    for (let place = 0; place <= text.length; place++) {
      expect(run(graphemes(), [text.slice(0, place), text.slice(place)])).toEqual(flags);
    }
    expect(run(graphemes(), `a${text}🇪!`.split(""))).toEqual(["a", ...flags, "🇪", "!"]);
  });

  test("come out when the next one begins", () => {
    const outputs: string[] = [];
    const machine = graphemes().start((grapheme) => outputs.push(grapheme));
    machine.push("ab");
    expect(outputs).toEqual(["a"]);
    machine.push("\u0301");
    machine.push("\ud83d");
    expect(outputs).toEqual(["a"]);
    machine.push("\udc69");
    expect(outputs).toEqual(["a", "b\u0301"]);
    machine.push("\u200d");
    machine.push("🌾");
    machine.push("c");
    expect(outputs).toEqual(["a", "b\u0301", "👩\u200d🌾"]);
  });

  test("do not lose half of a surrogate pair", () => {
    expect(run(graphemes(), ["a\ud83d"])).toEqual(["a", "\ud83d"]);
    expect(run(graphemes(), ["\ud83d", "\ud83d", "\udc69"])).toEqual(["\ud83d", "👩"]);
  });

  test("come out before the error of their source", () => {
    const outputs: string[] = [];
    const machine = graphemes().start((grapheme) => outputs.push(grapheme));
    machine.push("ae\u0301\ud83d");
    machine.fail(new Error("The source broke"));
    expect(outputs).toEqual(["a", "e\u0301", "\ud83d"]);
  });

  test("grow to 1,024 units and no further", () => {
    const text = `ab${"\u0301".repeat(1024)}`;
    for (const chunks of [[text], text.split("")]) {
      const error = stageFailureOf(graphemes(), chunks, "limit");
      expect(error).toMatchObject({
        message: "Cannot split graphemes: a grapheme grew beyond maxLength 1024",
        offset: 1025,
        outputs: ["a", text.slice(1, -1)],
      });
    }
  });

  test("do not end inside a surrogate pair where they grow beyond the limit", () => {
    const machine = () => graphemes({ maxLength: 4 });
    expect(stageFailureOf(machine(), ["👩\u200d👧"], "limit")).toMatchObject({
      offset: 4,
      outputs: ["👩\u200d"],
    });
  });

  test("have nothing behind them where they grow beyond the limit, however the input is cut", () => {
    const text = "e\u0301\u0301ab\ud83d";
    for (const chunks of [[text], text.split("")]) {
      expect(stageFailureOf(graphemes({ maxLength: 2 }), chunks, "limit")).toMatchObject({
        offset: 2,
        outputs: ["e\u0301"],
      });
    }
  });

  test("are segmented by a locale that the runtime knows", () => {
    expect(run(graphemes({ locale: ["hi", "en"] }), ["नम", "स्ते"])).toEqual(whole("नमस्ते"));
    expect(() => graphemes({ locale: "not a locale" })).toThrow(RangeError);
  });

  test("end between any two characters that are taken to be plain", () => {
    const plain: string[] = [];
    for (let code = 0; code <= 0xffff; code++) {
      if (isPlain(code)) plain.push(String.fromCharCode(code));
    }
    for (const neighbour of ["", "a", "가", "각", "漢", "©"]) {
      for (let from = 0; from < plain.length; from += 50) {
        const pairs = plain
          .slice(from, from + 50)
          .flatMap((character) => [character, neighbour === "" ? character : neighbour]);
        expect(whole(pairs.join(""))).toHaveLength(pairs.length);
      }
    }
  });

  test("take extenders wherever they end in no control", () => {
    const extensible = /[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\p{Grapheme_Extend}\p{Emoji_Modifier}]/u;
    let text = "";
    let count = 0;
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      // Between line feeds, which begin and end a grapheme each.
      if (extensible.test(character)) {
        text += `${character}\u0301\n`;
        count += 2;
      }
      if (text.length > 200 || code === 0x10ffff) {
        expect(whole(text)).toHaveLength(count);
        text = "";
        count = 0;
      }
    }
  });

  // By what the rules look at: controls, marks, joiners, emoji, flags, consonants with and without a
  // linker, letters that others are prepended to or spaced behind, parts of syllables.
  const kinds = [
    ...["a", " ", "\r", "\n", "\r\n", "\u200b", "\u00ad", "\u0301", "\u0308", "\u200d", "\u200c"],
    ...["👩", "🌾", "❤", "\ufe0f", "🏽", "🇩", "🇪", "🏴", "\u{e0067}", "\ud83d", "\udc69"],
    ...["क", "ष", "\u094d", "\u093c", "ि", "\u0903", "ক", "\u09cd", "ക", "\u0d4d", "ꦏ", "꧀"],
    ...["\u0600", "1", "ก", "ำ", "ᄀ", "ᅡ", "ᆨ", "가", "각", "か", "\u3099", "漢"],
  ];
  const mixed = fc.array(fc.constantFrom(...kinds), { maxLength: 16 });
  const alike = fc
    .array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 4 })
    .chain((some) => fc.array(fc.constantFrom(...some), { maxLength: LONGEST_GENERATED }));

  test("obey the laws", async () => {
    await laws("graphemes", () => graphemes(), {
      input: fc.oneof(mixed, alike).map((parts) => parts.join("")),
      samples: [
        `Noël, ${FAMILY}! 🇩🇪🇫🇷 नमस्ते क्षत्रिय ไทยกำ 한\u1112\u1161\u11ab が\r\n`,
        `क\u094d${"\u093c".repeat(70)}ष${"\u0301".repeat(70)}\u0903\u0903🇩🇪🇩`,
        `👩${"\u0308".repeat(70)}\u200d👩`,
      ],
      oracle: whole,
      hold: LONGEST_GENERATED * 3,
      limit: {
        stage: (maxLength) => graphemes({ maxLength }),
        fill: (length) => "e".padEnd(length, "\u0301"),
        end: "a",
      },
      lossless: true,
      hostile: [repeated("\r")],
      runs: 15,
    });
  });

  test.each([
    ["marks", "\u0301"],
    ["linked consonants", "क\u094d"],
  ])("cost the same when one goes on without end: %s", async (_, unit) => {
    await linear("graphemes", () => graphemes({ maxLength: Infinity }), [repeated(unit)]);
  });
});

function repeated(unit: string): (length: number) => string {
  return (length) => unit.repeat(length / unit.length + 1).slice(0, length);
}

/** What `Intl` finds in the whole text. */
function whole(text: string): string[] {
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

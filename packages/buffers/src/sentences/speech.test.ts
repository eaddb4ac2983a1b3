import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { english } from "../languages/english.ts";
import { sentences } from "../sentences.ts";
import { speakWhole } from "./speak-whole.fixture.ts";
import { speech, type SpeechOptions } from "./speech.ts";

const say = (text: string, options: SpeechOptions = {}) =>
  run(sentences({ mode: speech(options), trim: true }), [text]);

describe("the first unit", () => {
  test("ends at a clause once it has a small length", () => {
    expect(say("Well, as far as I can see, it is fine.")).toEqual([
      "Well, as far as I can see,",
      "it is fine.",
    ]);
    expect(say("当然可以，我来帮你。", { first: { clause: 4 } })).toEqual([
      "当然可以，",
      "我来帮你。",
    ]);
  });

  test("ends before a word that begins a clause, where the language names some", () => {
    expect(say("It stopped turning because the river froze.")).toEqual([
      "It stopped turning",
      "because the river froze.",
    ]);
  });

  test("ends with its sentence, however short that is, unless told otherwise", () => {
    expect(say("Sure! I can do it. Give me a while.")).toEqual([
      "Sure!",
      "I can do it. Give me a while.",
    ]);
    expect(say("Sure! I can do it.", { first: { shortest: 6 } })).toEqual(["Sure! I can do it."]);
  });

  test("comes out with the character that makes it certain", () => {
    const outputs: string[] = [];
    const machine = sentences({ mode: speech() }).start((unit) => outputs.push(unit));
    machine.push("In 1,000.5 days at 10:30, ");
    expect(outputs).toEqual([]);
    machine.push("w");
    expect(outputs).toEqual(["In 1,000.5 days at 10:30, "]);
    machine.flush();
  });
});

describe("later units", () => {
  const first = { clause: Infinity };

  test("are sentences, joined while they are short", () => {
    expect(say("One. Two. Three. Four, five. Six, seven, eight.", { shortest: 9 })).toEqual([
      "One.",
      "Two. Three.",
      "Four, five.",
      "Six, seven, eight.",
    ]);
  });

  test("over the longest are cut behind a clause, else at a space", () => {
    expect(say("aaaa bbbb, cccc dddd eeee ffff gggg", { shortest: 5, longest: 20, first })).toEqual(
      ["aaaa bbbb,", "cccc dddd eeee ffff", "gggg"],
    );
  });

  test.each([
    "<break time='1.5 s' strength='x'/>",
    "`a code span, with. Marks`",
    "https://a.example/b,c;d:e?f=g.h",
    "someone.with@a.long.name.example",
    "1,000,000,000.50",
    "2025-01-01T10:30:00.000Z",
    "Donaudampfschifffahrtsgesellschaft",
  ])("are not cut inside %j", (whole) => {
    const text = `Look at it now: ${whole} and go on.`;
    const units = run(sentences({ mode: speech({ shortest: 1, longest: 12, first }) }), [text]);
    expect(units.join("")).toBe(text);
    expect(units.filter((unit) => unit.includes(whole))).toHaveLength(1);
  });

  test("keep a fenced block whole", () => {
    const block = "```\na block,\n\nwith. Marks\n```";
    expect(say(`Run this:\n${block}\nThat is all.`, { shortest: 1, longest: 12 })).toEqual([
      "Run this:",
      block,
      "That is all.",
    ]);
  });

  test("are not cut behind an abbreviation, nor within a number with spaces", () => {
    expect(say("there was Dr. Who with 10 000 of them", { longest: 15, first })).toEqual([
      "there was",
      "Dr. Who with",
      "10 000 of them",
    ]);
  });

  test("without spaces are cut between letters, but not within a character", () => {
    const thai = "ที่นี่มีน้ำมากเกินไปสำหรับกังหัน";
    const units = say(thai, { longest: 7, first });
    expect(units.join("")).toBe(thai);
    for (const unit of units) {
      expect(unit).not.toMatch(/^[\p{M}ะาำๅ]|[เแโใไ]$/u);
      expect(unit.length).toBeLessThanOrEqual(7);
    }
    expect(say("水車が回る川のそばでまっている人々", { longest: 6, first })).toEqual([
      "水車が回る川",
      "のそばでまっ",
      "ている人々",
    ]);
  });

  test("end the stream where even whole ones are too long", () => {
    const stage = sentences({ mode: speech({ longest: 10 }), maxLength: 20 });
    expect(() => run(stage, ["One. ", "x".repeat(30)])).toThrow(
      expect.objectContaining({
        message: "Cannot split sentences: a sentence grew beyond maxLength 20",
        offset: 25,
        outputs: ["One. ", "x".repeat(20)],
      }),
    );
  });

  test("never grow beyond the limit, however the input is cut", () => {
    const mode = speech({ shortest: 7, longest: 18 });
    const whole = sentences({ mode, maxLength: 8 });
    expect(() => run(whole, ["a@b.example/c好好"])).toThrow(expect.objectContaining({ offset: 8 }));
    const joined = sentences({ mode, maxLength: 8, trim: true });
    expect(() => run(joined, ["Aa. 好。         Bc"])).toThrow(
      expect.objectContaining({ offset: 12 }),
    );
    const early = sentences({ mode: speech({ shortest: 6, longest: 6 }), maxLength: 6 });
    for (const chunks of [["ab cd. )"], "ab cd. )".split("")]) {
      expect(() => run(early, chunks)).toThrow(expect.objectContaining({ offset: 6 }));
    }
  });

  test("do not begin with what combines with the character before", () => {
    expect(say("好好，\u0301好 a, \u0301", { first: { clause: 1 } })).toHaveLength(1);
  });
});

describe("Lengths that make no sense are refused:", () => {
  test.each<[SpeechOptions, string]>([
    [{ longest: 0 }, "longest must be 1 or more, not 0"],
    [{ shortest: NaN }, "shortest must be 1 or more, not NaN"],
    [{ first: { shortest: -1 } }, "first.shortest must be 1 or more, not -1"],
    [{ first: { clause: NaN } }, "first.clause must be 1 or more, not NaN"],
    [{ shortest: 30, longest: 20 }, "longest must be 30 or more, not 20"],
  ])("%o", (options, reason) => {
    expect(() => speech(options)).toThrow(new RangeError(`Cannot split sentences: ${reason}`));
  });

  test("but a short longest alone is none of them", () => {
    expect(say("Aaaa bbbb. Cccc.", { longest: 10 })).toEqual(["Aaaa bbbb.", "Cccc."]);
  });
});

describe("speech obeys the laws", () => {
  const pieces = [
    ...["a", "bc", "Ab", "Dr", "1", "U.S", "The ", " but ", " because ", "ก", "เ", "好好好", "か"],
    ...[" ", " ", " ", "\n", "\n\n", ". ", ". ", ".", "!", "? ", "…", "。", "，", "、", ", ", ","],
    ...[": ", ";", '"', ")", "«", "»", "[1]", " — ", "—", "1.", "`", "```", "\n```\n", "😀"],
    ...["<b>", '<x y="A. B"/>', "<", "`a, b. C` ", "1,000", "１，２"],
  ];
  const textOf = (all: readonly string[]) =>
    fc.array(fc.constantFrom(...all), { maxLength: 16 }).map((some) => some.join(""));
  const input = textOf(pieces);
  // A mark with `[` or `<` behind it waits for a citation or a tag, also where all the same a unit
  // is too long already.
  const promptInput = textOf(pieces.map((piece) => piece.replace(/^[[<]/, "x$&")));
  const samples = [
    'Well, it is <x y="A. B, c"/> so because 1,000 `a, b. C` go. Yes — no. 好好好，好。เก็บไว้นานมาก',
  ];
  const continuations = [
    ...[
      "A",
      "a",
      " ",
      ". ",
      ", a",
      "! A",
      "\n\nA",
      "x A",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "，a",
    ],
    ...[
      "` A",
      "> A",
      "\n```\nA",
      "好好好好好好好好好好好好好好好",
      '" A',
      ") A",
      "1",
      "» ",
      "ecause b",
    ],
    ...["ut b", "t b", "but b", "1] A", "] A", "\udc00", "he A", '"/> A', "`", "- A", "- a", "# "],
  ];

  test.each<SpeechOptions>([
    { shortest: 4, longest: 12, first: { clause: 3 } },
    { shortest: 9, longest: 24, first: { shortest: 3, clause: 6 } },
  ])("%o", async (options) => {
    await laws("speech", () => sentences({ mode: speech(options) }), {
      input: promptInput,
      samples,
      oracle: (text) => speakWhole(text, { language: english }, options),
      continuations,
      lossless: true,
      limit: {
        stage: (maxLength) => sentences({ mode: speech(options), maxLength }),
        fill: (length) => "x".repeat(length),
        sizes: [30, 100],
      },
      runs: 30,
    });
  });

  test("trimmed, and with hostile input", async () => {
    const options = { shortest: 4, longest: 12, first: { clause: 3 } };
    await laws("speech", () => sentences({ mode: speech(options), trim: true }), {
      input,
      samples,
      oracle: (text) =>
        speakWhole(text.trimStart(), { language: english }, options)
          .map((unit) => unit.trim())
          .filter((unit) => unit !== ""),
      hostile: [", "].map(
        (unit) => (length: number) => unit.repeat(length / unit.length + 1).slice(0, length),
      ),
      runs: 30,
    });
  });
});

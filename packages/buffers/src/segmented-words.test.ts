import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stageFailureOf } from "../../core/src/failure-of.fixture.ts";
import { words } from "./words.ts";

const HELD_WORDS = 5; // one that is open for space, two segments, what goes on behind them, a half
const SHORT_RUN = 4;

describe("words by a locale", () => {
  test("are the segments of Intl, each with the space behind it", () => {
    expect(run(words({ locale: "en" }), ["Hi, don't wa", "it!  Ok\n"])).toEqual([
      ...["Hi", ", ", "don't ", "wait", "!  ", "Ok\n"],
    ]);
  });

  test("are found where no space is", () => {
    expect(run(words({ locale: "zh" }), Array.from("我喜欢吃苹果。"))).toEqual(
      joinBlanks("我喜欢吃苹果。", "zh"),
    );
    expect(run(words({ locale: "th" }), Array.from("ฉันรักภาษาไทย")).length).toBeGreaterThan(2);
  });

  test("come out trimmed, at the space behind them", () => {
    const outputs: string[] = [];
    const machine = words({ locale: "en", trim: true }).start((word) => outputs.push(word));
    machine.push(" Hi, you ");
    expect(outputs).toEqual(["Hi", ",", "you"]);
  });

  test("take no longer to come than their run may be", () => {
    const outputs: string[] = [];
    const text = "我喜欢吃苹果".repeat(4);
    const machine = words({ locale: "zh", maxRun: 6 }).start((word) => outputs.push(word));
    for (const character of text) machine.push(character);
    expect(text.length - outputs.join("").length).toBeLessThan(12);
    machine.flush();
    expect(outputs.join("")).toBe(text);
  });

  test("go on behind a space that joins, as in 10\u202f000", () => {
    for (const text of ["10\u202f000 francs\u202f! ", "a \u202fb \u202f c", "!\u202f!", "\u202f"]) {
      expect(run(words({ locale: "fr" }), Array.from(text))).toEqual(joinBlanks(text, "fr"));
    }
    expect(run(words({ locale: "fr" }), ["10\u202f", "000 francs"])[0]).toBe("10\u202f000 ");
    expect(run(words({ locale: "fr", trim: true }), ["non\u202f! "])).toEqual(["non", "!"]);
  });

  test("end in a run where they do in all of it, until it is far behind", () => {
    for (const text of ["1🇩1🇩ကကကက1🇩1က🇩", "ကကကက1🇩", "我喜欢吃苹果1。ภาษาไทย!"]) {
      for (const chunks of [[text], Array.from(text)]) {
        expect(run(words({ locale: "my" }), chunks)).toEqual(joinBlanks(text, "my"));
      }
    }
  });

  test("leave an accent to the sign before it", () => {
    for (const text of ["a.\u0903", '"\u0483б', "(\u093c)"]) {
      expect(run(words({ locale: "en" }), [text])).toEqual(joinBlanks(text, "en"));
    }
  });

  test("cost no more for many letters before what Intl has to be asked about", () => {
    const text = `${"Donaudampfschifffahrtsgesellschaft".repeat(20)}👍`;
    expect(run(words({ locale: "de" }), [text])).toEqual([text.slice(0, -2), "👍"]);
  });

  test("never end inside a surrogate pair", () => {
    expect(run(words({ locale: "en" }), ["a \ud83d", "\udc69 b\ud83d"])).toEqual([
      ...["a ", "👩 ", "b", "\ud83d"],
    ]);
  });

  test("make room for a word before they count it", () => {
    for (const chunks of [["ab  👩"], ["ab  \ud83d", "\udc69"]]) {
      expect(run(words({ locale: "en", maxLength: 4 }), chunks)).toEqual(["ab  ", "👩"]);
    }
  });

  test("count for their limit half of a surrogate pair at the end", () => {
    for (const chunks of [["ab\ud83d"], ["a", "b", "\ud83d"]]) {
      expect(stageFailureOf(words({ locale: "en", maxLength: 2 }), chunks, "limit")).toMatchObject({
        message: "Cannot split words: a word grew beyond maxLength 2",
        offset: 2,
        outputs: ["ab"],
      });
    }
  });

  test("refuse a locale and a run that are none", () => {
    expect(() => words({ locale: "not a locale" })).toThrow(RangeError);
    for (const maxRun of [0, NaN]) {
      const message = `Cannot split words: maxRun must be 1 or more, not ${maxRun}`;
      expect(() => words({ locale: "ja", maxRun })).toThrow(message);
    }
  });

  test("are known without Intl where letters of an alphabet and marks behind them are alone", () => {
    const alphabets = /[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Devanagari}]/u;
    const letters: string[] = [];
    for (let code = 0x80; code < 0x1ffff; code++) {
      const letter = String.fromCodePoint(code);
      if (alphabets.test(letter) && /[\p{L}\p{M}]/u.test(letter)) letters.push(letter);
    }
    for (let from = 0; from < letters.length; from += 20) {
      const word = letters.slice(from, from + 20).join("");
      expect(segmentsOf(`a${word}_${word}1`, "en")).toHaveLength(1);
    }
    const marks = Array.from("!\"'()*,-./:;?[]`{}¡«»¿–—‘’“”„…،؟।");
    const around = marks.join("");
    for (const locale of ["en", "sv", "fi", "el", "ja", "th"]) {
      for (const mark of marks) {
        const text = ["a", "1", "é", "ω", "я", "ع", "क"].map((word) => [mark, word, mark, around]);
        for (const parts of text) {
          expect(segmentsOf(parts.join(""), locale)).toEqual([...parts.slice(0, -1), ...marks]);
          expect(segmentsOf(around + mark, locale)).toEqual([...marks, mark]);
        }
      }
    }
  });

  const pieces = [
    ...[
      "a",
      "b",
      "'",
      ".",
      ",",
      "1",
      "-",
      "_",
      ":",
      '"',
      "é",
      "я",
      "ا",
      "؟",
      "।",
      "\u0903",
      "…",
      ")",
      "can't",
      "1.5",
      "א",
    ],
    ...[
      " ",
      " ",
      " ",
      "\n",
      "\r\n",
      "\u3000",
      "\u00a0",
      "\u202f",
      "\ufeff",
      "\u0301",
      "\u200b",
      "\u200d",
    ],
    ...[
      "👍",
      "👩",
      "🏽",
      "🇩",
      "🇪",
      "\ud83d",
      "漢",
      "字",
      "か",
      "カ",
      "ー",
      "한",
      "ไทย",
      "ภาษา",
      "。",
    ],
  ];
  const input = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((all) => all.join(""));
  const samples = [
    'He said: "don\'t" – 3.14 times… 👩🏽‍🌾🇩🇪🇪🇺!',
    "  我喜欢吃苹果。I like มะม่วง and カタカナ語。",
    " \u0301a  \u0301 b",
  ];

  test.each(["en", "ja", "th"])("obey the laws in %s", async (locale) => {
    await laws("words", () => words({ locale }), {
      input,
      samples,
      oracle: (text) => joinBlanks(text, locale),
      lossless: true,
      runs: 25,
    });
  });

  test("obey the laws with short runs", async () => {
    await laws("words", () => words({ locale: "ja", maxRun: SHORT_RUN }), {
      input,
      samples,
      join: (outputs) => outputs,
      hold: HELD_WORDS + SHORT_RUN,
      lossless: true,
      limit: {
        stage: (maxLength) => words({ locale: "ja", maxRun: SHORT_RUN, maxLength }),
        fill: (length) => "x".repeat(length - 2).padEnd(length),
        end: "y\n",
      },
      hostile: ["漢", `${"a.".repeat(500)} `].map(
        (unit) => (length: number) => unit.repeat(length / unit.length + 1).slice(0, length),
      ),
      runs: 25,
    });
  });
});

/** What `Intl` finds in the whole text; blank segments go with those before them. */
function joinBlanks(text: string, locale: string): string[] {
  const found: string[] = [];
  for (const segment of segmentsOf(text, locale)) {
    const last = found.at(-1);
    const belongs = last !== undefined && (isBlank(segment) || isBlank(last));
    found.push(belongs ? `${found.pop() ?? ""}${segment}` : segment);
  }
  return found;
}

function segmentsOf(text: string, locale: string): string[] {
  const segmenter = new Intl.Segmenter(locale, { granularity: "word" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function isBlank(segment: string): boolean {
  return /^[^\S\ufeff]+$/.test(segment);
}

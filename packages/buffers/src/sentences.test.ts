import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { english } from "./languages/english.ts";
import { german } from "./languages/german.ts";
import { languageOf } from "./languages/language-of.ts";
import { sentences, type SentencesOptions } from "./sentences.ts";
import { cases } from "./sentences/cases.fixture.ts";
import { kindAt, SEMICOLON, specialFinder, STOP } from "./sentences/kinds.ts";
import { splitWhole } from "./sentences/split-whole.fixture.ts";

describe("sentences end where a reader ends them", () => {
  for (const [locale, texts] of Object.entries(cases)) {
    test.each(texts)(`${locale}: %s`, (text) => {
      const expected = text.split("|");
      const language = languageOf(locale);
      expect(run(sentences({ language }), [expected.join("")])).toEqual(expected);
    });
  }
});

describe("sentences", () => {
  test("come out with the first character behind their space", () => {
    const outputs: string[] = [];
    const machine = sentences().start((sentence) => outputs.push(sentence));
    machine.push("He left. ");
    expect(outputs).toEqual([]);
    machine.push("S");
    expect(outputs).toEqual(["He left. "]);
  });

  test("come out trimmed where nothing can change their end any more", () => {
    const outputs: string[] = [];
    const machine = sentences({ trim: true }).start((sentence) => outputs.push(sentence));
    machine.push("好。 ");
    expect(outputs).toEqual(["好。"]);
    machine.push("One\n\n");
    expect(outputs).toEqual(["好。", "One"]);
    machine.push("\n  Two. ");
    machine.flush();
    expect(outputs).toEqual(["好。", "One", "Two."]);
  });

  test("are told apart without a space when asked", () => {
    const text = "One.Two?Three. See a.B and fs.Read.";
    expect(run(sentences(), [text])).toEqual(["One.Two?Three. ", "See a.B and fs.Read."]);
    expect(run(sentences({ glued: true }), [text])).toEqual([
      "One.",
      "Two?",
      "Three. ",
      "See a.B and fs.",
      "Read.",
    ]);
    const url = "https://a.Example/b.Cd";
    expect(run(sentences({ glued: true }), [url])).toEqual([url]);
  });

  test("do not end between a character and what combines with it", () => {
    expect(run(sentences(), ["好?\u0301说。\u0301。"])).toEqual(["好?\u0301说。\u0301。"]);
  });

  test("of a language without data end as in English", () => {
    const language = languageOf("tlh");
    expect(language).toBe(undefined);
    expect(run(sentences({ language }), ["At No. 5, approx. Ten."])).toHaveLength(1);
  });

  test("of nothing are none, and of space alone are that space", () => {
    expect(run(sentences(), ["", ""])).toEqual([]);
    expect(run(sentences(), [" \n", "\n"])).toEqual([" \n\n"]);
    expect(run(sentences({ trim: true }), [" \n", "\n"])).toEqual([]);
  });

  test("give what is held when their source fails", () => {
    const outputs: string[] = [];
    const machine = sentences().start((sentence) => outputs.push(sentence));
    machine.push("One. Two. -");
    machine.fail(new Error("The source broke"));
    expect(outputs).toEqual(["One. ", "Two. -"]);
  });

  test("count the space behind them for the limit", () => {
    expect(run(sentences({ maxLength: 6 }), ["One.  Two."])).toEqual(["One.  ", "Two."]);
    expect(() => run(sentences({ maxLength: 6 }), ["One.   Two."])).toThrow(
      expect.objectContaining({
        message: "Cannot split sentences: a sentence grew beyond maxLength 6",
        offset: 6,
        outputs: ["One.  "],
      }),
    );
  });

  test("end at nothing that Unicode does not call a terminal of sentences", () => {
    for (let code = 0; code <= 0xffff; code++) {
      const unit = String.fromCharCode(code);
      if (kindAt(unit, 0) === STOP) expect(unit).toMatch(/^\p{Sentence_Terminal}$/u);
    }
  });
});

test("A scan finds all units that mean something", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const unit = String.fromCharCode(code);
    if (kindAt(unit, 0) <= SEMICOLON)
      expect(specialFinder(SEMICOLON)(`xxxxxxxxx${unit}`, 0)).toBe(9);
  }
});

describe("sentences obey the laws", () => {
  const pieces = [
    ...["a", "b", "A", "B", "Dr", "I", "x", "1", "P.M", "III", "ა", "と", "好", "😀", "\ud83d"],
    ...[" ", " ", " ", "\n", "\n", "\r\n", "\u2029", ".", ".", "!", "?", "…", "。", ",", ":"],
    ...['"', ")", "(", "»", "«", "“", "[1]", "-", "—", "*", "#", "「", "」", "1.", "e.g", "z. B"],
    ...[
      "`",
      "```",
      "\n```\n",
      "~~~",
      "<b>",
      "</b>",
      "<br/>",
      '<x y="A. B"/>',
      "<",
      ".)",
      "U.S",
      "The ",
    ],
  ];
  const input = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((all) => all.join(""));
  const samples = [
    'Dr. Who paid $3.50.[1] "Why?" he\nasked. 1. So!\n- a\n# b\r\nc\n\nd',
    "好。“行。”他说!ok\n「え？」と言った。",
    "« Quoi ? » dit-il. – Rien… — Non.",
    "a",
    " \n\n A. ",
    'The <i>U.S.</i> The <br x="A. B"/> `a. B`c`. `d.` So <b.\n```js\nA. B\n\n``\n```\nBye. <',
  ];
  const hostile = ['."', "` "].map(
    (unit) => (length: number) => unit.repeat(length / unit.length + 1).slice(0, length),
  );
  const continuations = [
    ...[
      "A",
      "a",
      "1",
      " ",
      ". ",
      ".A",
      "!",
      '" A',
      ") A",
      "\n\nA",
      "\n- ",
      " A",
      " a",
      "  ",
      "» ",
      "»a",
    ],
    ...[
      "1] A",
      "] A",
      "1]",
      "1] ",
      ") ",
      ". A",
      "\udc00",
      "好",
      "と",
      "Aa",
      "- a",
      "- A",
      "# ",
      "x A",
      "`",
      "` A",
      "`\n\nA",
      "\n```\nA",
      "\n```",
      ">",
      "> A",
      "br/> A",
      '"> A',
      "he A",
    ],
  ];

  test.each<SentencesOptions>([{}, { glued: true, language: german }])("%o", async (options) => {
    const { glued = false, language = english } = options;
    await laws("sentences", () => sentences(options), {
      input,
      samples,
      oracle: (text) => splitWhole(text, { language, glued }),
      continuations,
      runs: 25,
      lossless: true,
      limit: {
        stage: (maxLength) => sentences({ ...options, maxLength }),
        fill: (length) => "X".repeat(length - 2) + "! ",
        end: "Y. ",
      },
      ...(glued ? {} : { hostile }),
    });
  });

  test("trimmed", async () => {
    await laws("sentences", () => sentences({ trim: true }), {
      input,
      samples,
      oracle: (text) =>
        splitWhole(text, { language: english })
          .map((sentence) => sentence.trim())
          .filter((sentence) => sentence !== ""),
      continuations,
      runs: 25,
      limit: {
        stage: (maxLength) => sentences({ trim: true, maxLength }),
        fill: (length) => "X".repeat(length - 1) + "。",
        end: "Y。",
      },
    });
  });
});

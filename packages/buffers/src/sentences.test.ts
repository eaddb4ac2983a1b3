import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { languageOf } from "./languages/language-of.ts";
import { german } from "./languages/german.ts";
import { sentences } from "./sentences.ts";
import { cases } from "./sentences/cases.fixture.ts";

const BAR = "|";

describe("sentences ends them where a reader does", () => {
  for (const [locale, texts] of Object.entries(cases)) {
    test.each(texts)(`${locale}: %s`, (text) => {
      const expected = text.split(BAR);
      expect(run(sentences({ language: languageOf(locale) }), [expected.join("")])).toEqual(
        expected,
      );
    });
  }
});

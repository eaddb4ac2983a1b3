import { SugarHigh, tokenize, type ParseOptions } from "sugar-high/core";
import * as json from "sugar-high/lang/json";
import * as python from "sugar-high/lang/python";
import * as shell from "sugar-high/lang/shell";
import * as typescript from "sugar-high/lang/typescript";

export interface Token {
  kind: string;
  text: string;
}

const LONGEST = 20_000; // characters: of more, a token a word is slower than it is worth

const LANGUAGES = new Map<string, ParseOptions>([
  ["ts", typescript],
  ["typescript", typescript],
  ["tsx", typescript],
  ["js", typescript],
  ["javascript", typescript],
  ["jsx", typescript],
  ["json", json],
  ["py", python],
  ["python", python],
  ["sh", shell],
  ["bash", shell],
  ["shell", shell],
]);

/** Code in tokens that join to it; one token where the language is unknown. */
export function highlight(code: string, lang: string): Token[] {
  const language = LANGUAGES.get(lang.toLowerCase());
  if (language === undefined || code.length > LONGEST) return [{ kind: "plain", text: code }];
  return tokenize(code, language).map(([type, text]) => ({
    kind: SugarHigh.TokenTypes[type] ?? "plain",
    text,
  }));
}

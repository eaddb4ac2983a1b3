import { run } from "@millrace/core";
import {
  codeBlocks,
  jsonItems,
  jsonValues,
  markdownBlocks,
  ndjson,
  partialJson,
  redact,
  replaceText,
  stopAt,
  tags,
  type CodeBlockPiece,
  type JsonOrText,
  type MarkdownBlockEvent,
  type TagPiece,
} from "@millrace/parsers";
import { commonmarkBlocks } from "../../../../packages/parsers/src/markdown/commonmark.fixture.ts";
import { joined as joinedPieces } from "../../../../packages/parsers/src/tags/pieces.fixture.ts";
import { readWhole } from "../../../../packages/parsers/src/tags/read-whole.fixture.ts";
import { hostileText } from "../hostile.ts";
import { otherTarget, stageTarget, type AnyTarget } from "../target.ts";

const json = hostileText([
  ...["{", "}", "[", "]", ":", ",", '"', '"a"', '"a":', '"__proto__":', "\\", "\\u", "d83d"],
  ...["\\ude00", "0", "-", "1.5", "e", "E+3", "true", "fals", "null", " ", "\n", "\r\n", "1e999"],
  ...['{"a":[', "]}", '[{"b":"c"},', "//", "x"],
]);
const markdown = hostileText([
  ...["```", "~~~", "````ts", "\n", "\n\n", "    ", "\t", "> ", "- ", "1. ", "# ", "---", "==="],
  ...["a", "b c", "|a|b|", "|-|-|", "<div>", "</div>", "<!--", "-->", "[a]: b", '"t"', "\\", "*"],
  ...["\r", "\r\n", "`", "* * *", "<pre>", "<?", "&amp;"],
]);
const tagged = hostileText([
  ...["<a", "<a>", "</a>", "<b/>", "<", ">", "</", "/>", ' x="', "'", "=", "<ab>", "a", "`", "```"],
  ...["\n", "[A]", "[/A]", " "],
]);
const literals = hostileText(["a", "b", "ab", "aab", "abc", "c", "😀", "x", "aaaa"]);

const joined = (texts: readonly string[]) => texts.join("");

/** Equal as soon as the text is, whatever its deltas. */
function steps(event: MarkdownBlockEvent): unknown[] {
  if (event.type !== "append" || event.kind !== undefined) return [event];
  return Array.from(event.text, (text) => ({ ...event, text }));
}

function characters(piece: CodeBlockPiece): unknown[] {
  if ("complete" in piece || piece.delta === "") return [piece];
  return Array.from(piece.delta, (delta) => ({ ...piece, delta }));
}

function textOnce(pieces: readonly JsonOrText<unknown>[]): unknown[] {
  return pieces.flatMap((piece): unknown[] =>
    piece.text === undefined ? [piece] : Array.from(piece.text),
  );
}

function parsed(text: string): unknown {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

const names = ["a", "ab", { tag: "A", open: "[A]", close: "[/A]" }];
const replaced = { ab: "1", aab: "2", abc: "", "😀": "3" };

export const parserTargets: readonly AnyTarget[] = [
  stageTarget("jsonValues", () => jsonValues(), json),
  stageTarget("jsonValues in prose", () => jsonValues({ prose: true }), json, { join: textOnce }),
  stageTarget("jsonItems", () => jsonItems("$.a[*]"), json),
  stageTarget("ndjson", () => ndjson({ onInvalidLine: "emit" }), json, {
    join: (lines) => lines.map(({ line, value }) => (line === undefined ? { value } : { line })),
  }),
  otherTarget("partialJson against JSON.parse", json, (text) => {
    const expected = parsed(text) as { value: unknown } | undefined;
    let last: { value: unknown; complete: boolean } | undefined;
    try {
      last = run(partialJson(), [text]).at(-1);
    } catch (error) {
      if (expected !== undefined) throw error;
      return;
    }
    if (text.trim() === "" && last === undefined) return;
    const complete = last?.complete ?? false;
    if (complete !== (expected !== undefined)) {
      throw new Error(
        `JSON.parse ${expected === undefined ? "refuses" : "takes"} what partialJson does not`,
      );
    }
    if (complete && JSON.stringify(last?.value) !== JSON.stringify(expected?.value)) {
      throw new Error("The value is not that of JSON.parse");
    }
  }),
  stageTarget("codeBlocks", () => codeBlocks(), markdown, {
    oracle: (text) =>
      commonmarkBlocks(text).fenced.map((block) => {
        const [lang = ""] = block.info.split(/\s/, 1);
        return { ...block, lang, meta: block.info.slice(lang.length).trim() };
      }),
  }),
  stageTarget("codeBlocks, live", () => codeBlocks({ live: true }), markdown, {
    join: (pieces) => pieces.flatMap(characters),
  }),
  stageTarget("markdownBlocks", () => markdownBlocks(), markdown, {
    join: (events) => events.flatMap(steps),
    lossless: (events) =>
      joined(events.map((event) => (event.type === "append" ? event.text : ""))),
  }),
  ...[{}, { codeAware: true, trim: true }].map((options) =>
    stageTarget<string, TagPiece, string>(
      `tags ${JSON.stringify(options)}`,
      () => tags(names, options),
      tagged,
      { oracle: (whole) => readWhole(whole, names, options), join: joinedPieces },
    ),
  ),
  stageTarget("replaceText", () => replaceText(replaced), literals, {
    oracle: (text) => [text.replace(/aab|abc|ab|😀/g, (key) => replaced[key as "ab"])],
    join: joined,
  }),
  stageTarget(
    "redact",
    () => redact(["aab", /c+x/, /a[bc]*/], { maxMatch: 6, overflow: "redact" }),
    literals,
    {
      join: joined,
    },
  ),
  stageTarget("stopAt", () => stopAt(["aab", "bc", "😀x"]), literals, {
    oracle: (text) => {
      const stop = /aab|bc|😀x/.exec(text);
      return [stop === null ? text : text.slice(0, stop.index)];
    },
    join: joined,
  }),
];

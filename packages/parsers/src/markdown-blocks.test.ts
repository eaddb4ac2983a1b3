import { run } from "@millrace/core";
import { everyCut, laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stageFailureOf } from "../../core/src/failure-of.fixture.ts";
import {
  markdownBlocks,
  type MarkdownBlockEvent,
  type MarkdownBlocksOptions,
} from "./markdown-blocks.ts";
import { commonmarkBlocks, isOnlyDefinitions } from "./markdown/commonmark.fixture.ts";
import { nastyTexts, unsureTexts } from "./markdown/texts.fixture.ts";

interface Block {
  kind: string;
  text: string;
}

/** Whatever can make something else of a line, or of the block before it. */
const CONTINUATIONS = [
  ...["x", " x", "    x", "\n", "\nx", "-", "- x", "-\n", "---\n", " -\n", "*", "* *\n", " *\n"],
  ...["***\n", "=\n", "#", "# x", "`", "x`y", "``` x\n", "~", "~~~x", ">", "> x", ">\n", ". x"],
  ...[". 1\n", ") x", "1. x", "ddress>", "p>", "--", "|-\n", "[a]: b\n\n"],
];

describe("markdownBlocks", () => {
  test("opens, appends and closes", () => {
    expect(run(markdownBlocks(), ["# Mill\nTur", "ns.\n\n", "- a"])).toEqual([
      { type: "open", id: 0, kind: "heading" },
      { type: "append", id: 0, text: "# Mill\n" },
      { type: "close", id: 0, complete: true },
      { type: "open", id: 1, kind: "paragraph" },
      { type: "append", id: 1, text: "Tur" },
      { type: "append", id: 1, text: "ns.\n\n" },
      { type: "close", id: 1, complete: true },
      { type: "open", id: 2, kind: "list" },
      { type: "append", id: 2, text: "- a" },
      { type: "close", id: 2, complete: true },
    ]);
  });

  test("gives nothing for nothing, and blank lines as a paragraph", () => {
    expect(run(markdownBlocks(), ["", ""])).toEqual([]);
    expect(blocksOf(" \n\n")).toEqual([{ kind: "paragraph", text: " \n\n" }]);
  });

  test.each<[text: string, blocks: string[]]>([
    ["a\nb\n\nc", ["paragraph a\nb\n\n", "paragraph c"]],
    ["\n\n# a\nb\n***\n", ["heading \n\n# a\n", "paragraph b\n", "thematic-break ***\n"]],
    ["a\n===\nb\n---", ["heading a\n===\n", "heading b\n---"]],
    ["- a\n\n  b\n\n- c\nd\n\n* e", ["list - a\n\n  b\n\n- c\nd\n\n", "list * e"]],
    ["## a\n###### b\n####### c", ["heading ## a\n", "heading ###### b\n", "paragraph ####### c"]],
    ["_ a\n\n+ b", ["paragraph _ a\n\n", "list + b"]],
    ["1. a\n2. b\n3) c", ["list 1. a\n2. b\n", "list 3) c"]],
    ["> a\nb\n> c\n\n> d", ["quote > a\nb\n> c\n\n", "quote > d"]],
    ["- - -\n- - a", ["thematic-break - - -\n", "list - - a"]],
    ["    a\n\n    b\nc", ["code     a\n\n    b\n", "paragraph c"]],
    ["~~~\n\n# a\n~~~\n\n\nb", ["code ~~~\n\n# a\n~~~\n\n\n", "paragraph b"]],
    ["<div>\n\n<!--\n\n-->\n<b>", ["html <div>\n\n", "html <!--\n\n-->\n", "html <b>"]],
    ["a\n<b>\n2. c\n-\n", ["heading a\n<b>\n2. c\n-\n"]],
    ["[a]: (b)\n\nc", ["definition [a]: (b)\n\n", "paragraph c"]],
    ["[a]: b(\n\nc", ["paragraph [a]: b(\n\n", "paragraph c"]],
    ["[a]: b)(\n\nc", ["paragraph [a]: b)(\n\n", "paragraph c"]],
    ["[a]: b\n\n[c]: d\ne", ["definition [a]: b\n\n", "paragraph [c]: d\ne"]],
    ["[a]:\n* \n\nb", ["definition [a]:\n* \n\n", "paragraph b"]], // an empty item interrupts no paragraph
    [
      "[a]: b\n'c\n\nd\r\n\r\ne\r",
      ["paragraph [a]: b\n'c\n\n", "paragraph d\r\n\r\n", "paragraph e\r"],
    ],
  ])("cuts %j", (text, blocks) => {
    expect(blocksOf(text).map((block) => `${block.kind} ${block.text}`)).toEqual(blocks);
    expect(expectedBlocks(text).map((block) => `${block.kind} ${block.text}`)).toEqual(blocks);
  });

  test.each<[text: string, blocks: string[]]>([
    ["|a|b|\n|-|-|\n|c\nd\n\ne", ["table |a|b|\n|-|-|\n|c\nd\n\n", "paragraph e"]],
    ["a | b\n:-|:-:\n> c", ["table a | b\n:-|:-:\n", "quote > c"]],
    ["a\n:-\n", ["table a\n:-\n"]],
    ["a|b\n :-- |\t--:\nc", ["table a|b\n :-- |\t--:\nc"]],
    ["|a|b|\n| :---: | - |", ["table |a|b|\n| :---: | - |"]],
    ["a|b\n--x|-\n", ["paragraph a|b\n--x|-\n"]],
    ["a|b\n-:-|-\n", ["paragraph a|b\n-:-|-\n"]],
    ["a|b\n-|\n", ["paragraph a|b\n-|\n"]],
    ["a|b\n|:\n", ["paragraph a|b\n|:\n"]],
    ["a|b\n\n|-|-|\n", ["paragraph a|b\n\n", "paragraph |-|-|\n"]],
    ["a \\| b\n-|-\n", ["paragraph a \\| b\n-|-\n"]],
    ["a | b\n---\n", ["heading a | b\n---\n"]],
    ["a | b\n|-|\n", ["paragraph a | b\n|-|\n"]],
    ["a | b\n- | -\n", ["paragraph a | b\n", "list - | -\n"]],
    ["a\nb | c\n-|-\nd", ["table a\nb | c\n-|-\nd"]],
    ["|a|\n|-|\n    b\n2. c", ["table |a|\n|-|\n", "code     b\n", "list 2. c"]],
    ["|a|\n    |-|\n", ["paragraph |a|\n    |-|\n"]],
    ["> |a|\n>\t |-|\n", ["quote > |a|\n>\t |-|\n"]],
    ["- |a|\n\n  |b|\n\t|-|\n", ["list - |a|\n\n  |b|\n\t|-|\n"]],
    ["a\n   :-\n", ["table a\n   :-\n"]],
    ["a\n:-:-\n", ["paragraph a\n:-:-\n"]],
    ["a\n: -\n", ["paragraph a\n: -\n"]],
    ["a|b\n- -|-\n", ["paragraph a|b\n", "list - -|-\n"]],
    ["a||b\n-||-\n", ["paragraph a||b\n-||-\n"]],
    ["> |a|\n> |-|\nb", ["quote > |a|\n> |-|\n", "paragraph b"]],
  ])("cuts %j, where a table may be", (text, blocks) => {
    expect(blocksOf(text).map((block) => `${block.kind} ${block.text}`)).toEqual(blocks);
  });

  test.each([
    [
      ["|a|\n|-|\n|b|"],
      ["open paragraph", "append |a|\n|-|\n", "append table", "append |b|", "close"],
    ],
    [
      ["a\n=\r", "\n"],
      ["open paragraph", "append a\n=\r", "append heading", "append \n", "close"],
    ],
    [["\na\n-"], ["open paragraph", "append \na\n-", "append heading", "close"]],
    [["\n- a"], ["open paragraph", "append \n- a", "append list", "close"]],
    [["[a]: b\n\n"], ["open paragraph", "append [a]: b\n\n", "append definition", "close"]],
  ])("says what a block has become behind the text that made it so, in %j", (chunks, said) => {
    const events = joined(run(markdownBlocks(), chunks));
    const words = events.map((event) =>
      event.type === "close" ? "close" : `${event.type} ${event.kind ?? event.text}`,
    );
    expect(words).toEqual(said);
  });

  test("says the same in the same places, however the text is cut", () => {
    fc.assert(
      fc.property(unsureTexts, (text) => {
        const whole = joined(run(markdownBlocks(), [text]));
        for (const cut of [
          ...everyCut(text),
          Array.from({ length: text.length }, (_, at) => text.charAt(at)),
        ]) {
          expect(joined(run(markdownBlocks(), cut))).toEqual(whole);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("takes definitions of many megabytes for a paragraph", () => {
    const text = `[${"a".repeat(16_000_000)}]: b`;
    const events = run(markdownBlocks({ maxLength: 2 * text.length }), [text, "\n\n"]);
    expect(events.flatMap((event) => ("kind" in event ? event.kind : []))).toEqual(["paragraph"]);
  });

  test("says whether the end of a block came", () => {
    expect(closes(["```\na"])).toEqual([false]);
    expect(closes(["- ```\n  a\n\nb"])).toEqual([true, true]);
    const events: MarkdownBlockEvent[] = [];
    const machine = markdownBlocks().start((event) => events.push(event));
    machine.push("a\n- -");
    machine.fail(new Error("The source broke"));
    expect(events.slice(2)).toEqual([
      { type: "close", id: 0, complete: true },
      { type: "open", id: 1, kind: "list" },
      { type: "append", id: 1, text: "- -" },
      { type: "close", id: 1, complete: false },
    ]);
  });

  test("limits what it reads to know a line", () => {
    expect(run(markdownBlocks({ maxLength: 4 }), ["a long line\n- - \n"])).toHaveLength(6);
    expect(errorOf("ab\n- - - -", 4)).toMatchObject({
      message: "Cannot find blocks: the beginning of a line grew beyond maxLength 4",
      offset: 7,
    });
    expect(() => markdownBlocks({ maxLength: 0 })).toThrow(RangeError);
  });

  test("finds the blocks that commonmark.js finds", () => {
    findsTheSame(nastyTexts, 1000);
  });

  test("finds the tags that commonmark.js finds", () => {
    const starts = [
      "<",
      "<a",
      "</a",
      "<a b=",
      "<a b='",
      "<div",
      "</h1",
      "<script",
      "</pre",
      "<!",
      "<?",
    ];
    const marks = [" ", "\t", "=", "'", '"', "`", "/", ">", "<", "-", ":", "_", "b", "2", "é"];
    const nasty = fc.array(fc.constantFrom(...marks), { maxLength: 9 });
    const texts = fc
      .tuple(fc.constantFrom(...starts), nasty)
      .map(([start, rest]) => `${start}${rest.join("")}>\n# c\n\nd`);
    findsTheSame(texts, 500);
  });

  test("finds the definitions that commonmark.js finds", () => {
    const marks = [
      "[",
      "]",
      "]:",
      ": ",
      "<",
      ">",
      "(",
      ")",
      "\\",
      "'",
      '"',
      " ",
      "\n",
      "\n ",
      "\t",
    ];
    const nasty = fc.array(fc.constantFrom(...marks, "a", "/u"), { maxLength: 9 });
    const beginnings = fc.constantFrom("[a]: /u", "[a]: <", "[a]: /u '", "[a", "[");
    const texts = fc
      .tuple(beginnings, nasty, nasty)
      .map(([start, behind, label]) => `${start}${behind.join("")}\n[${label.join("")}]: /u`);
    findsTheSame(texts, 500);
  });

  test.each<MarkdownBlocksOptions>([{}, { tables: false }])(
    "obeys the laws with %o",
    async (options) => {
      await laws("markdownBlocks", () => markdownBlocks(options), {
        input: unsureTexts,
        samples: ["\n\n    😀\na\n-\n", "|a|b\n-|-\n|c\n\n"],
        continuations: CONTINUATIONS,
        join: (events) => events.flatMap(steps),
        lossless: (events) =>
          events.map((event) => (event.type === "append" ? event.text : "")).join(""),
        limit: {
          stage: (maxLength) => markdownBlocks({ ...options, maxLength }),
          fill: (length) => "-".repeat(length),
          end: "\n",
        },
        hostile: [(length) => "- ".repeat(length / 4) + "\n".repeat(length / 2)],
        runs: 12,
      });
    },
  );
});

/** With what is appended in a row appended at once. */
function joined(events: readonly MarkdownBlockEvent[]): MarkdownBlockEvent[] {
  const found: MarkdownBlockEvent[] = [];
  for (const event of events) {
    const last = found.at(-1);
    if (isText(event) && last !== undefined && isText(last)) {
      found[found.length - 1] = { ...last, text: last.text + event.text };
    } else found.push(event);
  }
  return found;
}

/**
 * What an event says, in steps that no cut can divide. That a block closes, and that it has been
 * definitions, is certain earlier than it is said: when the next one opens.
 */
function steps(event: MarkdownBlockEvent): MarkdownBlockEvent[] {
  if (event.type === "close" && event.complete) return [];
  if (event.type === "append" && event.kind === "definition") return [];
  return isText(event) ? Array.from(event.text, (text) => ({ ...event, text })) : [event];
}

function isText(
  event: MarkdownBlockEvent,
): event is MarkdownBlockEvent & { type: "append"; kind?: never } {
  return event.type === "append" && event.kind === undefined;
}

function closes(chunks: string[]): boolean[] {
  return run(markdownBlocks(), chunks).flatMap((event) =>
    event.type === "close" ? [event.complete] : [],
  );
}

function errorOf(text: string, maxLength: number): unknown {
  return stageFailureOf(markdownBlocks({ maxLength }), [text], "limit");
}

function blocksOf(text: string, options?: MarkdownBlocksOptions): Block[] {
  const blocks: Block[] = [];
  for (const event of run(markdownBlocks(options), [text])) {
    if (event.type === "open") blocks[event.id] = { kind: event.kind, text: "" };
    const block = blocks[event.id]!;
    if (event.type === "append") block.text += event.text;
    if (event.type === "append" && event.kind !== undefined) block.kind = event.kind;
  }
  return blocks;
}

/** The same by commonmark.js: what stands from the first line of a block to that of the next one. */
/** As commonmark.js, which has no tables. */
function findsTheSame(texts: fc.Arbitrary<string>, numRuns: number): void {
  fc.assert(
    fc.property(texts, (text) => {
      expect(blocksOf(text, { tables: false })).toEqual(expectedBlocks(text));
    }),
    { numRuns },
  );
}

function expectedBlocks(text: string): Block[] {
  const lines = text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
  const { topLevel } = commonmarkBlocks(text);
  if (topLevel.length === 0) return text === "" ? [] : [{ kind: "paragraph", text }];
  return topLevel.map(({ kind, line }, index) => {
    const block = lines.slice(index === 0 ? 0 : line, topLevel[index + 1]?.line).join("");
    const isDefinition = kind === "paragraph" && isOnlyDefinitions(block);
    return { kind: isDefinition ? "definition" : kind, text: block };
  });
}

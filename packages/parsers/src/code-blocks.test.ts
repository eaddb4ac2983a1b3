import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stageFailureOf } from "../../core/src/failure-of.fixture.ts";
import { codeBlocks, type CodeBlock, type CodeBlockPiece } from "./code-blocks.ts";
import { commonmarkBlocks, type FencedCode } from "./markdown/commonmark.fixture.ts";
import { nastyCode, nastyTexts } from "./markdown/texts.fixture.ts";

function codesOf(text: string): string[] {
  return run(codeBlocks(), [text]).map(({ code }) => code);
}

describe("codeBlocks", () => {
  test("finds the fenced blocks of an answer", () => {
    expect(run(codeBlocks(), ["Use it:\n\n```ts\nlet a;\n\nb();\n```\nDone.\n~~~\n~~~\n"])).toEqual(
      [
        { info: "ts", lang: "ts", meta: "", code: "let a;\n\nb();\n", complete: true },
        { info: "", lang: "", meta: "", code: "", complete: true },
      ],
    );
  });

  test("says when the input ended first", () => {
    expect(run(codeBlocks(), ["```\na"])).toMatchObject([{ code: "a\n", complete: false }]);
    expect(run(codeBlocks(), ["```\na\n``"])).toMatchObject([{ code: "a\n``\n", complete: false }]);
    expect(run(codeBlocks(), ["```js"])).toMatchObject([{ lang: "js", code: "", complete: false }]);
    expect(run(codeBlocks(), ["```\na\n```"])).toMatchObject([{ code: "a\n", complete: true }]);
  });

  test.each([
    ["```c++\n", "c++", ""],
    ['~~~~   ts title="a b"  {1,3}\t\n', "ts", 'title="a b"  {1,3}'],
    ["~~~ `` ~~~\n", "``", "~~~"],
    ["``` a\\*b\\q &amp;&#35;&#x1F600;&#0;&#xD800;&nbsp;\n", "a*b\\q", "&#😀\ufffd\ufffd&nbsp;"],
    ["``` a&lt;b&gt;c &quot;&#x110000;&#x10FFFF;\n", "a<b>c", '"\ufffd\u{10ffff}'],
    ["```\0\r\n", "\ufffd", ""],
  ])("reads the info string of %j", (text, lang, meta) => {
    expect(run(codeBlocks(), [text])).toMatchObject([{ lang, meta }]);
  });

  test.each([
    ["a longer fence holds shorter ones", "````\n```\n````\n", ["```\n"]],
    ["a fence of one mark holds those of the other", "~~~\n```\n~~~\n", ["```\n"]],
    ["a closing fence may be longer", "```\na\n`````\nb", ["a\n"]],
    ["a closing fence has no info", "```\n``` js\n```\n", ["``` js\n"]],
    ["a closing fence may have white space", "```\na\n   ```  \t\n", ["a\n"]],
    ["four columns make no fence", "```\n    ```\n\t```\n```\n", ["    ```\n\t```\n"]],
    ["indented code has no fences in it", "    ```\n    a\n", []],
    ["the indentation of the fence is taken off", "  ```\n a\n   b\n\tc\n  ```", ["a\n b\n  c\n"]],
    ["backticks in the info make it a paragraph", "``` a`b\n```\nc\n", ["c\n"]],
    ["code spans are none", "a ```b``` c\n", []],
    ["two backticks are none", "``\na\n``\n", []],
    ["a fence interrupts a paragraph", "a\n```\nb\n```\n", ["b\n"]],
    ["CR, LF and CRLF end lines", "```\r\na\rb\r\n\nc\r```\r", ["a\nb\n\nc\n"]],
    ["an empty line may end with CR", "```\ra\r\rb\r```\r", ["a\n\nb\n"]],
    ["nothing but white space follows a closing fence", "```\n``` `\n```\n", ["``` `\n"]],
    ["a blank line is kept as it is", "```\n     \n```\n", ["     \n"]],
    ["NUL is replaced", "```\na\0\n```", ["a\ufffd\n"]],
  ])("%s", (_, text, codes) => {
    expect(codesOf(text)).toEqual(codes);
    expect(commonmarkBlocks(text).fenced.map(({ code }) => code)).toEqual(codes);
  });

  test.each([
    ["an item of a list", "1. a\n\n   ```\n   b\n     c\n   ```\n", ["b\n  c\n"]],
    ["the first line of an item", "- ```\n  a\n\n  b\n  ```\n", ["a\n\nb\n"]],
    ["a block quote", "> ```\n> a\n>  b\n>\n> ```\n", ["a\n b\n\n"]],
    ["a quote in an item in a quote", "> - > ~~~\n>   > a\n>   > ~~~\n", ["a\n"]],
    ["an item that is left empty", "-\n\n  ```\na\n```\n", ["a\n"]],
    ["an item, and blank lines in it", "- ```\n     \n  ```\n", ["\n"]],
    ["a quote, and blank lines in it", "> ```\n>      \n> ```\n", ["     \n"]],
    ["an item that ends", "- ```\n  a\nb\n", ["a\n"]],
    ["a quote that ends", "> ```\n> a\n```\nb\n```\n", ["a\n", "b\n"]],
    ["tabs that are cut by a container", ">\t```\n>\ta\n> \tb\n-\t~~~\n\tc\n", ["a\nb\n", "c\n"]],
  ])("finds code in %s", (_, text, codes) => {
    expect(codesOf(text)).toEqual(codes);
    expect(commonmarkBlocks(text).fenced.map(({ code }) => code)).toEqual(codes);
  });

  test("gives code as it comes when live", () => {
    const pieces: CodeBlockPiece[] = [];
    const machine = codeBlocks({ live: true }).start((piece) => pieces.push(piece));
    const seen: unknown[] = [];
    for (const chunk of [
      "```j",
      "s x\n",
      "let",
      " a = `😀".slice(0, -1),
      "\ude00`;\n``",
      "`",
      "\n",
    ]) {
      machine.push(chunk);
      seen.push(pieces.splice(0).map((piece) => ("delta" in piece ? piece.delta : piece)));
    }
    const end = { id: 0, complete: true };
    expect(seen).toEqual([[], [""], ["let"], [" a = `"], ["😀`;\n"], [], [end]]);
  });

  test("gives white space of a line when live once it can stand before no closing fence", () => {
    const deltas: string[] = [];
    const machine = codeBlocks({ live: true }).start((piece) => {
      if ("delta" in piece) deltas.push(piece.delta);
    });
    machine.push("```\n   ");
    expect(deltas.splice(0)).toEqual([""]);
    machine.push(" ");
    expect(deltas.splice(0)).toEqual(["    "]);
    machine.push(" ");
    expect(deltas).toEqual([" "]);
  });

  test("names the block in each live piece", () => {
    const opening = { info: "js x", lang: "js", meta: "x" };
    expect(run(codeBlocks({ live: true }), ["```js x\na\n```\n", "~~~\n"])).toEqual([
      { id: 0, ...opening, delta: "" },
      { id: 0, ...opening, delta: "a\n" },
      { id: 0, complete: true },
      { id: 1, info: "", lang: "", meta: "", delta: "" },
      { id: 1, complete: false },
    ]);
  });

  test("gives what it has when the source fails", () => {
    const blocks: CodeBlock[] = [];
    const machine = codeBlocks().start((block) => blocks.push(block));
    machine.push("```\na\n```");
    machine.fail(new Error("The source broke"));
    expect(blocks).toMatchObject([{ code: "a\n", complete: false }]);
  });

  test("tells of what is left of a tab where the tab stands", () => {
    const text = "  ```\nlonger\n\tb\n"; // the code is "longer\n  b\n"
    expect(errorOf(text, 7)).toMatchObject({ offset: text.indexOf("\t") });
    expect(errorOf(text, 8)).toMatchObject({ offset: text.indexOf("\t") });
    expect(errorOf(text, 9)).toMatchObject({ offset: text.indexOf("b") });
  });

  test("limits the code it holds, and what it reads to know a line", () => {
    expect(errorOf("```\n12345\n7", 6)).toMatchObject({
      message: "Cannot find code blocks: a code block grew beyond maxLength 6",
      offset: 10,
      outputs: [{ code: "12345\n", complete: false }],
    });
    expect(errorOf("```\n1234567\n", 6)).toMatchObject({ offset: 10 });
    expect(errorOf("- - - -", 6)).toMatchObject({
      message: "Cannot find code blocks: the beginning of a line grew beyond maxLength 6",
      offset: 6,
    });
    const long = "```\n12345\n```\nlonger than that\n";
    expect(run(codeBlocks({ maxLength: 6 }), [long])).toMatchObject([{ code: "12345\n" }]);
    expect(() => codeBlocks({ maxLength: 0 })).toThrow(RangeError);
  });

  test("finds what commonmark.js finds", () => {
    fc.assert(
      fc.property(nastyTexts, (text) => {
        expect(run(codeBlocks(), [text])).toEqual(commonmarkBlocks(text).fenced.map(withWords));
      }),
      { numRuns: 1000 },
    );
  });

  test("gives the same code whole and live", () => {
    fc.assert(
      fc.property(nastyTexts, (text) => {
        const whole = run(codeBlocks(), [text]);
        expect(assemble(run(codeBlocks({ live: true }), text.split("")))).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  const common = {
    input: nastyCode,
    samples: [
      "a\n\n````ts x\nlet `a`;\r\n```\r````\nb",
      "> - ~~~ c++\n>   a\n>\n>  ~~~\n1. ```\n   😀\n",
      ">1. >~~~ x`y\n> \n",
    ],
    continuations: (prefix: string) => [
      ...["x", "\n", "\nx", "`", "`````\n", "~", "~~~\n", "- x", ">"],
      ...insideOfAbove(prefix),
    ],
    runs: 12,
  };

  test("obeys the laws", async () => {
    await laws("codeBlocks", () => codeBlocks(), {
      ...common,
      oracle: (text) => commonmarkBlocks(text).fenced.map(withWords),
      limit: {
        stage: (maxLength) => codeBlocks({ maxLength }),
        fill: (length) => `~~~\n${"x".repeat(length - 1)}\n`,
        end: "~~~\n",
      },
      hostile: [(length) => "```\n`".padEnd(length, "` ")],
    });
  });

  test("obeys the laws when live", async () => {
    await laws("codeBlocks", () => codeBlocks({ live: true }), {
      ...common,
      join: (pieces) => pieces.flatMap(characters),
      limit: {
        stage: (maxLength) => codeBlocks({ live: true, maxLength }),
        fill: (length) => "-".repeat(length),
        end: "\n",
      },
      hostile: [(length) => '[a]: b\n"c\n===\n'.repeat(length / 16)],
    });
  });
});

/**
 * What goes on in the containers of a line above, behind whatever the last line begins with. A
 * quote's mark may take a space with it, so that what an item needs begins one column further.
 */
function insideOfAbove(prefix: string): string[] {
  const above = prefix.split(/\r\n|\r|\n/).slice(0, -1);
  return above.flatMap((line) => {
    const marks = line.replace(/>(?! )/g, "> ");
    const inside = `${marks.replace(/-|1\./g, (mark) => " ".repeat(mark.length))}x`;
    return Array.from(inside, (_, index) => inside.slice(index));
  });
}

function characters(piece: CodeBlockPiece): unknown[] {
  if ("complete" in piece || piece.delta === "") return [piece];
  return Array.from(piece.delta, (delta) => ({ ...piece, delta }));
}

function withWords(block: FencedCode): CodeBlock {
  const [lang = ""] = block.info.split(/\s/, 1);
  return { ...block, lang, meta: block.info.slice(lang.length).trim() };
}

/** Whole blocks of live pieces. */
function assemble(pieces: readonly CodeBlockPiece[]): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (const piece of pieces) {
    if ("complete" in piece) blocks[piece.id]!.complete = piece.complete;
    else {
      const { id, delta, ...opening } = piece;
      (blocks[id] ??= { ...opening, code: "", complete: false }).code += delta;
    }
  }
  return blocks;
}

function errorOf(text: string, maxLength: number): unknown {
  return stageFailureOf(codeBlocks({ maxLength }), [text], "limit");
}

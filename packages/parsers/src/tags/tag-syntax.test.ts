import { run } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { tags } from "../tags.ts";

describe("attributes", () => {
  test.each<[tag: string, attributes: Record<string, string> | undefined]>([
    ["<a>", undefined],
    ["<a\t\n>", undefined],
    [`<a id="x y" type='"' open z=1>`, { id: "x y", type: '"', open: "", z: "1" }],
    [`<a b = "1"\nc\r\n=\t'2' d= 3>`, { b: "1", c: "2", d: "3" }],
    [`<a b=">" c='</a>' d="<a>">`, { b: ">", c: "</a>", d: "<a>" }],
    [`<a b="1"c='2'd=3>`, { b: "1", c: "2", d: "3" }],
    [`<a b="" c='' d= >`, { b: "", c: "", d: "" }],
    ["<a href=https://x.example/?b=c&d=e>", { href: "https://x.example/?b=c&d=e" }],
    ["<a b=x/ c=/>", { b: "x/", c: "" }],
    [`<a b=x c="y">`, { b: "x", c: "y" }],
    ["<a b=c=d e==f>", { b: "c=d", e: "=f" }],
    ["<a xml:lang=de @on.b=1 data-ö-😀=2>", { "xml:lang": "de", "@on.b": "1", "data-ö-😀": "2" }],
    ["<a B=1 b=2 B=3>", { B: "1", b: "2" }],
    [`<a b="Q&amp;A &quot;&lt;&gt;&apos;&quot;">`, { b: `Q&A "<>'"` }],
    ["<a b=&#65;&#x1F600;&#X1f600;>", { b: "A😀😀" }],
    ["<a b=&#0000065;&#x0000042;&#x10FFFF;&#1114111;>", { b: "AB\u{10ffff}\u{10ffff}" }],
    ["<a b=&#1114112;&#99999999999999999999;&#x;>", { b: "&#1114112;&#99999999999999999999;&#x;" }],
    ["<a b='&amp;amp; &b; & &lt &#x110000; &nbsp;'>", { b: "&amp; &b; & &lt &#x110000; &nbsp;" }],
    [`<a b="1\n2">`, { b: "1\n2" }],
  ])("of %j are %j", (tag, attributes) => {
    const [piece] = run(tags("a"), Array.from(tag));
    expect(piece).toEqual({
      tag: "a",
      ...(attributes && { attributes }),
      text: "",
      complete: tag.endsWith("/>"),
    });
  });

  test.each([
    '<a b"c">',
    "<a =b>",
    "<a  =b>",
    '<a b="c>',
    "<a b=c'd'>",
    "<a 'b'>",
    "<a b<c>",
    "<a b=<c>",
  ])("cannot be what stands in %j, which is text", (text) => {
    expect(run(tags("a"), [text])).toEqual([{ text, complete: true }]);
  });

  test("are data, whatever their name", () => {
    const text = "<a __proto__=1 constructor=2 toString>";
    const { attributes } = run(tags("a"), [text])[0]!;
    expect(Object.entries(attributes!)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
      ["toString", ""],
    ]);
    expect("valueOf" in attributes!).toBe(false);
    expect({}).not.toHaveProperty("1");
  });

  test("stand in every piece of their section", () => {
    const [first, second] = run(tags("a"), ["<a b=1>x", "y"]);
    expect(first).toEqual({ tag: "a", attributes: { b: "1" }, text: "x", complete: false });
    expect(second!.attributes).toBe(first!.attributes);
  });
});

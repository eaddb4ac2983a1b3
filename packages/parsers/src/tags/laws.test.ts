import { laws, linear } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, test } from "vitest";
import { tags, type TagDelimiters, type TagPiece, type TagsOptions } from "../tags.ts";
import { joined, joinedInside } from "./pieces.fixture.ts";
import { readWhole } from "./read-whole.fixture.ts";

type Names = readonly (string | TagDelimiters)[];

describe("tags obey the laws", () => {
  const pieces = [
    ..."< < </ > > /> <a <a> <a> </a> <ab <ab> </ab> a b A = / x c=d".split(" "),
    ...[" ", "\n", '"', "'", "</a >", ' c="', " c='>'", "😀", "\ud83d"],
  ];
  const marks = ["`", "``", "```", "~~~", "\n", "\n", "\n```\n", "`<a>`", "> ", "~"];
  const literals = ["[", "[A]", "[/A]", "[B]", "[/", "]", "◁", "◁a▷", "◁/a▷"];
  const text = (units: readonly string[]) =>
    fc.array(fc.constantFrom(...units), { maxLength: 14 }).map((all) => all.join(""));
  const samples = [
    "Hi <a id=\"a b\" type='x>y' open z=1/>so<ab\n>y\n</ab\t> <a c=d>1</a></a>",
    "<a>1<a>2</a>3</a>4",
    " <a>\n x 😀 \n</a> \n y <a> </a>\n",
    "",
  ];
  const delimited: Names = [
    "a",
    { tag: "A", open: "[A]", close: "[/A]" },
    { tag: "a", open: "◁a▷", close: ["◁/a▷", "[/A]"] },
  ];
  const cases: [names: Names, options: TagsOptions, units: readonly string[]][] = [
    [["a", "ab"], {}, pieces],
    [["a", "ab"], { trim: true, codeAware: true }, [...pieces, ...marks]],
    [["a"], { ignoreCase: true, startInside: "a" }, [...pieces, "<A>", "</A>"]],
    [delimited, {}, [...pieces, ...literals]],
    [
      delimited.slice(0, 2),
      { startInside: "a", trim: true, codeAware: true },
      [...pieces, ...literals, ...marks],
    ],
  ];
  const continuations = [
    ..."> /> a> b> /a> x <a> /b> '> \"> '/> \"/> < </a> </ab> x> =b> </a>x =c>".split(" "),
    ..."a>x b>x /a>x /ab>x ab>x A] ] /A] /a▷ a▷ ▷ ◁a▷ \udc00".split(" "),
    ...[" ", "\n", " y", " c>", "=' '>", "\n<a>", "<a c>", "a c>"],
  ];

  test.each(cases)("%j with %j", async (names, options, units) => {
    await laws<string, TagPiece, string>("tags", () => tags(names, options), {
      input: text(units),
      samples,
      oracle: (whole) => readWhole(whole, names, options),
      join: options.startInside === undefined ? joined : joinedInside,
      continuations,
      runs: 6,
    });
  });

  test("nested", async () => {
    const options = { nested: true, codeAware: true };
    await laws<string, TagPiece, string>("tags", () => tags(delimited, options), {
      input: text([...pieces, ...literals, ...marks]),
      samples,
      oracle: (whole) => readWhole(whole, delimited, options),
      join: joined,
      hold: 40,
      runs: 6,
    });
  });

  test("in time that grows with the text", async () => {
    const units = [
      "<",
      "<a",
      "<a b=",
      "<a b='",
      `<a b="<a c='`,
      "</",
      "`",
      " ",
      "\n",
      "x",
      "<a></a>",
    ];
    const hostile = (length: number) =>
      units.map((unit) => unit.repeat(length / units.length / unit.length + 1)).join("\n");
    const options = { codeAware: true, trim: true, startInside: "a", nested: true } as const;
    await linear("tags", () => tags("a"), [hostile]);
    await linear("tags", () => tags("a", options), [hostile]);
  });
});

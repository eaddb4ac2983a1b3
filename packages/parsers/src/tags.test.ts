import { run } from "@millrace/core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { tags, type TagPiece } from "./tags.ts";
import { driven, merged, textOf } from "./tags/pieces.fixture.ts";

describe("tags", () => {
  test("tell a section from the text around it", () => {
    expect(run(tags("think"), ["Hi <think>why</think> there"])).toEqual([
      { text: "Hi ", complete: true },
      { tag: "think", text: "why", complete: true },
      { text: " there", complete: true },
    ]);
  });

  test("say at once that a section has begun, what of it has come, and that it has ended", () => {
    const { push, seen } = driven(tags("think"));
    push("Hi <think>");
    expect(seen()).toEqual([
      { text: "Hi ", complete: true },
      { tag: "think", text: "", complete: false },
    ]);
    push("w");
    expect(seen()).toEqual([{ tag: "think", text: "w", complete: false }]);
    push("hy</thin");
    expect(seen()).toEqual([{ tag: "think", text: "hy", complete: false }]);
    push("k>");
    expect(seen()).toEqual([{ tag: "think", text: "", complete: true }]);
  });

  test("hold back what may be a tag, and no longer", () => {
    const { push, seen } = driven(tags(["think", "thinking"]));
    push("a <thin");
    expect(textOf(seen())).toBe("a ");
    push(" air");
    expect(textOf(seen())).toBe("<thin air");
    push("<<thinki");
    expect(textOf(seen())).toBe("<");
    push("ngs> <think a=b");
    expect(textOf(seen())).toBe("<thinkings> ");
    push('"');
    expect(textOf(seen())).toBe('<think a=b"');
  });

  test("hold back half of a surrogate pair, but not at the end", () => {
    const { push, seen, flush } = driven(tags("a"));
    push("<a>x\ud83d");
    expect(seen()).toEqual([{ tag: "a", text: "x", complete: false }]);
    push("\ude00\ud83d");
    expect(seen()).toEqual([{ tag: "a", text: "😀", complete: false }]);
    flush();
    expect(seen()).toEqual([{ tag: "a", text: "\ud83d", complete: false }]);
  });

  test("hold back no half that a delimiter ends with", () => {
    const halves = tags({ tag: "a", open: "\ud83d", close: "\ude00\ud83d" });
    for (const chunks of [["\ud83d", "x\ude00\ud83d", "y"], ["\ud83dx\ude00\ud83dy"]]) {
      expect(merged(run(halves, chunks))).toEqual([
        { tag: "a", text: "x", complete: true },
        { text: "y", complete: true },
      ]);
    }
  });

  test("leave a section open that is not closed", () => {
    expect(merged(run(tags("a"), ["<a>x</a"]))).toEqual([
      { tag: "a", text: "x</a", complete: false },
    ]);
    expect(run(tags("a"), ["<a>"])).toEqual([{ tag: "a", text: "", complete: false }]);
    expect(run(tags("a"), ["<a b='"])).toEqual([{ text: "<a b='", complete: true }]);
  });

  test("come out before the error when the source fails", () => {
    const { push, seen, machine } = driven(tags("a"));
    push("<a>x</");
    seen();
    expect(() => {
      machine.fail(new Error("gone"));
    }).not.toThrow();
    expect(seen()).toEqual([{ tag: "a", text: "</", complete: false }]);
  });

  test("are text unless they open a section, or close the one that is open", () => {
    const text = "</a> <b>1</b> < a> <a/b> <ab> <a\u0000>";
    expect(run(tags("a"), [text])).toEqual([{ text, complete: true }]);
    expect(run(tags(["a", "b"]), ["<a><b></b></ a></a x></a\n>"])).toEqual([
      { tag: "a", text: "<b></b></ a></a x>", complete: true },
    ]);
  });

  test("are read after something that looked like one", () => {
    expect(run(tags("a"), ['<a b="<a>x</a>'])).toEqual([
      { text: '<a b="', complete: true },
      { tag: "a", text: "x", complete: true },
    ]);
    expect(run(tags("a"), ["<a><</a</a>"])).toEqual([{ tag: "a", text: "<</a", complete: true }]);
  });

  test("count in the case they are given in, unless told otherwise", () => {
    expect(run(tags("Think"), ["<think>"])).toEqual([{ text: "<think>", complete: true }]);
    expect(run(tags("Think", { ignoreCase: true }), ["<thINK>a</THINK>"])).toEqual([
      { tag: "Think", text: "a", complete: true },
    ]);
    const delimiters = { tag: "a", open: "Ä:", close: ":Ä" };
    expect(run(tags(delimiters, { ignoreCase: true }), ["ä:b:ä", "Ä:"])).toEqual([
      { tag: "a", text: "b", complete: true },
      { tag: "a", text: "", complete: false },
    ]);
    // A small sigma has another form at the end of a word.
    const greek = [
      { tag: "a", open: "Α:", close: "ΤΈΛΟΣ" },
      { tag: "b", open: "Σ:", close: "τέλος" },
    ];
    for (const codeAware of [false, true]) {
      const text = ["α:x τέλοςσ:y ΤΈΛΟΣ", "ς:z"];
      expect(merged(run(tags(greek, { ignoreCase: true, codeAware }), text))).toEqual([
        { tag: "a", text: "x ", complete: true },
        { tag: "b", text: "y ", complete: true },
        { tag: "b", text: "z", complete: false },
      ]);
    }
  });

  test("give sections that are empty by themselves", () => {
    expect(run(tags("search"), ["<search/>", "<search q=x/>", "<search q='x' / >"])).toEqual([
      { tag: "search", text: "", complete: true },
      { tag: "search", attributes: { q: "x" }, text: "", complete: true },
      { text: "<search q='x' / >", complete: true },
    ]);
  });

  test("refuse names and delimiters that are none", () => {
    expect(() => tags("")).toThrow('Cannot find tags: "" has no proper delimiters');
    expect(() => tags(["a", "<b>"])).toThrow(RangeError);
    expect(() => tags({ tag: "a", open: "", close: "]" })).toThrow(
      'Cannot find tags: "a" has no proper delimiters',
    );
    expect(() => tags({ tag: "a", open: "[", close: [] })).toThrow(RangeError);
    expect(() => tags("a", { startInside: "b" as "a" })).toThrow(
      'Cannot find tags: "b" is none of them',
    );
    expect(() => tags("a", { maxTagLength: 0 })).toThrow("maxTagLength must be 1 or more, not 0");
  });

  test("have names that types know", () => {
    const stage = tags(["think", { tag: "answer", open: "[A]", close: "[/A]" }]);
    expectTypeOf(stage.readable).toEqualTypeOf<ReadableStream<TagPiece<"think" | "answer">>>();
    for (const piece of run(stage, ["<think a=b>"])) {
      if (piece.tag === undefined) expectTypeOf(piece.complete).toEqualTypeOf<true>();
      else {
        expectTypeOf(piece.tag).toEqualTypeOf<"think" | "answer">();
        expectTypeOf(piece.attributes?.a).toEqualTypeOf<string | undefined>();
      }
    }
    expectTypeOf(tags("a")).toEqualTypeOf(tags(["a"]));
    // @ts-expect-error it is none of the names
    expect(() => tags("a", { startInside: "b" })).toThrow();
  });
});

describe("the longest tag", () => {
  test("is as long as told, wherever it is cut; a longer one is text", () => {
    const six = () => tags("a", { maxTagLength: 6 });
    for (const cut of [0, 1, 4, 6, 7]) {
      const cutAt = (text: string) => [text.slice(0, cut), text.slice(cut)];
      expect(merged(run(six(), cutAt("<a bc>x</a  >y")))).toEqual([
        { tag: "a", attributes: { bc: "" }, text: "x", complete: true },
        { text: "y", complete: true },
      ]);
      expect(merged(run(six(), cutAt("<a bcd><a>x</a   ></a>")))).toEqual([
        { text: "<a bcd>", complete: true },
        { tag: "a", text: "x</a   >", complete: true },
      ]);
    }
  });

  test("is let go with the first unit that is too many", () => {
    const { push, seen } = driven(tags("a", { maxTagLength: 6 }));
    push('<a b="');
    expect(seen()).toEqual([]);
    push("c");
    expect(textOf(seen())).toBe('<a b="c');
  });

  test("is 16 KiB unless told otherwise", () => {
    const text = `<a b="${"c".repeat(20_000)}`;
    const { push, seen } = driven(tags("a"));
    push(text.slice(0, 16_384));
    expect(seen()).toEqual([]);
    push(text.slice(16_384, 16_385));
    expect(textOf(seen())).toBe(text.slice(0, 16_385));
  });
});

describe("explicit delimiters", () => {
  test("stand in for tags, next to others", () => {
    const stage = tags([
      "answer",
      { tag: "think", open: "◁think▷", close: "◁/think▷" },
      { tag: "think", open: "[THINK]", close: ["[/THINK]", "[END]"] },
    ]);
    const text = "◁think▷a[/THINK]◁/think▷[[THINK]b◁/think▷[END]<answer>c</answer>[/THINK]";
    expect(run(stage, [text])).toEqual([
      { tag: "think", text: "a[/THINK]", complete: true },
      { text: "[", complete: true },
      { tag: "think", text: "b◁/think▷", complete: true },
      { tag: "answer", text: "c", complete: true },
      { text: "[/THINK]", complete: true },
    ]);
  });

  test("may be the same at both ends", () => {
    const stage = (nested: boolean) => tags({ tag: "math", open: "$$", close: "$$" }, { nested });
    for (const nested of [false, true]) {
      expect(run(stage(nested), ["a $$b$$ $c"])).toEqual([
        { text: "a ", complete: true },
        { tag: "math", text: "b", complete: true },
        { text: " $c", complete: true },
      ]);
    }
  });

  test("count as soon as they are whole, and before what is longer", () => {
    const stage = tags([
      { tag: "long", open: "[[[", close: "]" },
      { tag: "short", open: "[[", close: "]" },
      { tag: "tag", open: "<a>", close: "</>" },
      "a",
    ]);
    expect(run(stage, ["[[[b]<a>c</a>"])).toEqual([
      { tag: "short", text: "[b", complete: true },
      { tag: "a", text: "c", complete: true },
    ]);
  });
});

describe("startInside", () => {
  test("begins with a section that nothing has opened", () => {
    expect(run(tags(["think", "b"], { startInside: "think" }), ["a</think>b</think>"])).toEqual([
      { tag: "think", text: "a", complete: true },
      { text: "b</think>", complete: true },
    ]);
    expect(run(tags("a", { startInside: "a" }), ["</a>b"])).toEqual([
      { tag: "a", text: "", complete: true },
      { text: "b", complete: true },
    ]);
    expect(run(tags("a", { startInside: "a" }), [])).toEqual([
      { tag: "a", text: "", complete: false },
    ]);
  });

  test("takes an opening tag that is there all the same", () => {
    const stage = () => tags(["a", "b"], { startInside: "a" });
    expect(run(stage(), [" \n<", "a c=d>e</a>f"])).toEqual([
      { tag: "a", attributes: { c: "d" }, text: "e", complete: true },
      { text: "f", complete: true },
    ]);
    expect(run(stage(), [" <b>e</b><a></a>"])).toEqual([
      { tag: "a", text: " <b>e</b><a>", complete: true },
    ]);
  });

  test("ends with any of the delimiters that its section has", () => {
    const stage = () => tags(["a", { tag: "a", open: "[", close: "]" }], { startInside: "a" });
    expect(run(stage(), ["b]c"])).toHaveLength(2);
    expect(run(stage(), ["b</a>c"])).toHaveLength(2);
    expect(run(stage(), ["[b</a>]c"])[0]).toEqual({ tag: "a", text: "b</a>", complete: true });
  });
});

describe("nested sections", () => {
  test("end with the first closing tag, unless they are counted", () => {
    const text = "<a>1<a b='</a>'>2<a/></a>3</a>4";
    expect(run(tags("a"), [text])).toEqual([
      { tag: "a", text: "1<a b='", complete: true },
      { text: "'>2", complete: true },
      { tag: "a", text: "", complete: true },
      { text: "</a>3</a>4", complete: true },
    ]);
    expect(run(tags("a", { nested: true }), [text])).toEqual([
      { tag: "a", text: "1<a b='</a>'>2<a/></a>3", complete: true },
      { text: "4", complete: true },
    ]);
  });
});

describe("trim", () => {
  test("leaves out the white space around a section that stands on its own", () => {
    const stage = () => tags("a", { trim: true });
    expect(merged(run(stage(), Array.from("\n<a>\n x\n y \n</a>\n\n z\n\n<a>\n</a>\nz")))).toEqual([
      { tag: "a", text: "x\n y", complete: true },
      { text: "z\n\n", complete: true },
      { tag: "a", text: "", complete: true },
      { text: "z", complete: true },
    ]);
  });

  test("leaves words apart that a section stands between", () => {
    expect(run(tags("a", { trim: true }), ["x <a> y </a> z"])).toEqual([
      { text: "x ", complete: true },
      { tag: "a", text: "y", complete: true },
      { text: " z", complete: true },
    ]);
  });

  test("holds no more white space than the longest tag", () => {
    const stage = () => tags("a", { trim: true, maxTagLength: 4 });
    for (const [text, shown] of [
      ["x    y    ", "x    y"],
      ["x     y     ", "x     y     "],
    ] as const) {
      for (let cut = 0; cut < 18; cut++) {
        const whole = `<a>${text}</a>`;
        expect(merged(run(stage(), [whole.slice(0, cut), whole.slice(cut)]))).toEqual([
          { tag: "a", text: shown, complete: true },
        ]);
      }
    }
  });
});

import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { stageFailureOf } from "../../core/src/failure-of.fixture.ts";
import { ndjson, type NdjsonLine, type NdjsonOptions } from "./ndjson.ts";

describe("ndjson", () => {
  test("gives the value of each line", () => {
    expect(run(ndjson(), ['{"a":[1,"}\\n"]}\n', " 2 \r\n", 'null\n"x"\n'])).toEqual([
      { a: [1, "}\n"] },
      2,
      null,
      "x",
    ]);
  });

  test("needs no line end behind the last value, and gives nothing for nothing", () => {
    expect(run(ndjson(), ["1\n2"])).toEqual([1, 2]);
    expect(run(ndjson(), [])).toEqual([]);
    expect(run(ndjson(), ["", "\n"])).toEqual([]);
  });

  test("skips blank lines, and a byte order mark at the start only", () => {
    expect(run(ndjson(), ["\ufeff", "\r\n \t\n1\n\n\n2\n  "])).toEqual([1, 2]);
    expect(errorOf({}, "1\n\ufeff2")).toMatchObject({ code: "parse", offset: 2 });
    expect(() => run(ndjson(), ["1\n", "\ufeff2"])).toThrow(SyntaxError);
    expect(errorOf({}, "\ufeff\ufeff2")).toMatchObject({ code: "parse", offset: 1 });
  });

  test("lets no separator but LF end a line", () => {
    expect(run(ndjson(), ['["a\u2028b\u0085"]\r [1]\n'.replace("\r ", "\n")])).toHaveLength(2);
    expect(errorOf({}, "1\r2\n")).toMatchObject({ offset: 2 });
  });

  test("keeps __proto__ as data", () => {
    const [value] = run(ndjson<object>(), ['{"__proto__":{"a":1}}']);
    expect(Object.keys(value!)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test("ends with an invalid line, and says where", () => {
    expect(errorOf({}, '1\n\n{"a":1,}\n2\n')).toMatchObject({
      message: 'Cannot read NDJSON: unexpected "}" in line 3',
      code: "parse",
      stage: "ndjson",
      offset: 10,
      outputs: [1],
    });
    expect(errorOf({}, '{"a":\n1}\n')).toMatchObject({
      message: "Cannot read NDJSON: a value is not whole in line 1",
      code: "parse",
      offset: 5,
    });
  });

  test("tells a last line that breaks off from junk", () => {
    for (const cut of ['1\n{"a":1', "1\n-", '1\n"\\u00', "1\ntr", "1\n1."]) {
      expect(errorOf({}, cut)).toMatchObject({
        message: "Cannot read NDJSON: the input ended inside a value in line 2",
        code: "incomplete",
        offset: cut.length,
        outputs: [1],
      });
    }
    expect(errorOf({}, "1\ntrx")).toMatchObject({ code: "parse", offset: 4 });
  });

  test("skips invalid lines when told", () => {
    expect(run(ndjson({ onInvalidLine: "skip" }), ["1\noops\n2\n{"])).toEqual([1, 2]);
  });

  test("emits invalid lines when told, among the values", () => {
    const lines = run(ndjson({ onInvalidLine: "emit" }), ["1\noops\r\n\n2\n{"]);
    expect(lines).toMatchObject([
      { value: 1 },
      { line: "oops", error: { code: "parse", offset: 2 } },
      { value: 2 },
      { line: "{", error: { code: "incomplete", offset: 12 } },
    ]);
  });

  test("makes the error of an invalid line once", () => {
    const [line] = run(ndjson({ onInvalidLine: "emit" }), ["x\ny\nz\n"]);
    expect(line!.error).toBe(line!.error);
    expect(Object.keys(line!)).toEqual(["line", "error"]);
    expect(line!.error!.message).toBe('Cannot read NDJSON: unexpected "x" in line 1');
  });

  test("reads what stands among many invalid lines as it does elsewhere", () => {
    const values = Array.from({ length: 100 }, (_, index) => (index % 7 === 0 ? [index] : index));
    for (const junk of ["x", "{", '"\\', "[1]]", "-", "nul", `${"[".repeat(9)}${"]".repeat(9)}`]) {
      const every = (step: number) =>
        values.map(
          (value, index) => (index % step === 0 ? `${junk}\n` : "") + JSON.stringify(value),
        );
      for (const step of [1, 2, 20]) {
        const text = every(step).join("\n");
        expect(run(ndjson({ onInvalidLine: "skip", maxDepth: 8 }), [text])).toEqual(values);
        const lines = run(ndjson({ onInvalidLine: "emit", maxDepth: 8 }), [text]);
        expect(lines.map(({ line, value }) => line ?? JSON.stringify(value))).toEqual(
          text.split("\n"),
        );
      }
    }
  });

  test("types its outputs by its options", () => {
    expectTypeOf(run(ndjson<number>(), [])).toEqualTypeOf<number[]>();
    expectTypeOf(run(ndjson<number>({ onInvalidLine: "skip" }), [])).toEqualTypeOf<number[]>();
    const lines = run(ndjson<number>({ onInvalidLine: "emit" }), ["1"]);
    expectTypeOf(lines).toEqualTypeOf<NdjsonLine<number>[]>();
    for (const { error, value } of lines) {
      if (error === undefined) expectTypeOf(value).toEqualTypeOf<number>();
    }
  });

  test("emits what it holds as an incomplete line when the source fails, if lines are emitted", () => {
    const seen = (options: NdjsonOptions & { onInvalidLine: "emit" }, text: string) => {
      const outputs: unknown[] = [];
      const machine = ndjson(options).start((output) => outputs.push(output));
      machine.push(text);
      machine.fail(new Error("gone"));
      return outputs;
    };
    const error = { code: "incomplete", offset: 7 };
    expect(seen({ onInvalidLine: "emit" }, "1\n[1,2]")).toMatchObject([
      { value: 1 },
      { line: "[1,2]", error },
    ]);
    expect(seen({ onInvalidLine: "emit" }, "1\n  ")).toEqual([{ value: 1 }]);
    expect(seen({ onInvalidLine: "skip" as "emit" }, "1\n2")).toEqual([1]);
  });

  test("takes a line that nests too deep for an invalid one", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(run(ndjson(), [nested(512)])).toHaveLength(1);
    expect(errorOf({}, `1\n${nested(513)}\n2`)).toMatchObject({
      message: "Cannot read NDJSON: nesting grew beyond maxDepth 512",
      code: "limit",
      offset: 514,
    });
    const text = `${nested(4)}\n["${"x".repeat(20)}",${nested(4)}]\n[[[1,2]]]`;
    const lines = run(ndjson({ maxDepth: 4, onInvalidLine: "emit" }), [text]);
    expect(lines.map(({ error }) => error?.code)).toEqual([undefined, "limit", undefined]);
    expect(errorOf({ maxDepth: 3.5 }, nested(5))).toMatchObject({ code: "limit", offset: 4 });
  });

  test("ends with a line over its limit, whatever is done with invalid ones", () => {
    expect(run(ndjson({ maxLength: 3 }), ["[1]\n22\r\n"])).toEqual([[1], 22]);
    for (const onInvalidLine of ["error", "skip"] as const) {
      expect(errorOf({ maxLength: 3, onInvalidLine }, "1\n[22]\n")).toMatchObject({
        message: "Cannot read NDJSON: a line grew beyond maxLength 3",
        code: "limit",
        offset: 5,
        outputs: [1],
      });
    }
    for (const cut of [["ab\n"], ["a", "b\n"], ["a", "b"]]) {
      const outputs = [{ line: "a", error: { code: "incomplete", offset: 1 } }];
      expect(stageFailureOf(ndjson({ maxLength: 1, onInvalidLine: "emit" }), cut)).toMatchObject({
        code: "limit",
        offset: 1,
        outputs,
      });
    }
    expect(() => ndjson({ maxLength: 0 })).toThrow(RangeError);
    expect(() => ndjson({ maxDepth: NaN })).toThrow(RangeError);
  });

  test.each(["error", "skip"] as const)("obeys the laws with onInvalidLine %s", (onInvalidLine) =>
    laws("ndjson", () => ndjson({ onInvalidLine }), {
      input: text(),
      samples: ['\ufeff{"a":"\\u00e9😀"}\r\n\r\n[1]\n2', "1\n{\n2\n", "1\n[1,"],
      oracle: (whole) => {
        const lines = linesOf(whole).map(({ line }) => parsed(line));
        if (onInvalidLine === "error" && lines.includes(undefined)) throw new SyntaxError();
        return lines.filter((line) => line !== undefined).map(({ value }) => value);
      },
      continuations: ["\n", "x\n", "}\n", "1\n", '"\n'],
      limit: {
        stage: (maxLength) => ndjson({ maxLength, onInvalidLine }),
        fill: (length) => "7".repeat(length),
        end: "\n",
      },
      runs: 20,
    }),
  );

  test("obeys the laws when invalid lines are emitted", () =>
    laws("ndjson", () => ndjson({ onInvalidLine: "emit" }), {
      input: text(),
      samples: ['\ufeff{"a":"\\u00e9😀"}\r\n\r\n[1]\n2', "1\n{\n2\n", "1\n[1,"],
      // How an error looks is for the examples; that it is one, the platform says.
      join: (lines) => lines.map(({ line, value }) => (line === undefined ? { value } : { line })),
      oracle: (whole) =>
        linesOf(whole).map(({ line }) => (parsed(line) ?? { line }) as NdjsonLine<unknown>),
      continuations: ["\n", "x\n", "}\n", "1\n", '"\n'],
      limit: {
        stage: (maxLength) => ndjson({ maxLength, onInvalidLine: "emit" }),
        fill: (length) => "7".repeat(length),
        end: "\n",
      },
      hostile: ["[", '"\\'].map((unit) => (length: number) => unit.repeat(length).slice(0, length)),
      runs: 20,
    }));
});

/** Lines of values, some of them spoilt. */
function text(): fc.Arbitrary<string> {
  const line = fc.oneof(
    { weight: 4, arbitrary: fc.json({ maxDepth: 2 }) },
    fc.string({
      unit: fc.constantFrom(...'[ ] { } : , " \\ 1 - . e E + t r u 0 \r'.split(" "), " "),
    }),
    fc.constantFrom("", " ", "\t"),
  );
  const end = fc.constantFrom("\n", "\r\n");
  return fc
    .tuple(fc.array(fc.tuple(line, end), { maxLength: 5 }), line)
    .map(([lines, last]) => lines.flat().join("") + last);
}

function linesOf(whole: string): { line: string }[] {
  return whole
    .replace(/^\ufeff/, "")
    .split("\n")
    .map((line) => ({ line: line.replace(/\r$/, "") }))
    .filter(({ line }) => /[^ \t\r]/.test(line));
}

function parsed(line: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) };
  } catch {
    return undefined;
  }
}

function errorOf(options: NdjsonOptions & { onInvalidLine?: "error" | "skip" }, whole: string) {
  return stageFailureOf(ndjson(options), [whole]);
}

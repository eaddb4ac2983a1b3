import { isStageError, run } from "@millrace/core";
import { cuts, laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partialJson, type PartialJsonOptions } from "../partial-json.ts";
import type { JsonChange } from "./changes.ts";
import { documents } from "./documents.fixture.ts";

describe("partialJson with changes", () => {
  test("says what happens where", () => {
    expect(changesOf(['{"a":[1,"x', "", 'y"],', '"b":{}', ',"c":null}'])).toEqual([
      { type: "open", path: [], kind: "object" },
      { type: "open", path: ["a"], kind: "array" },
      { type: "value", path: ["a", 0], value: 1, complete: true },
      { type: "open", path: ["a", 1], kind: "string" },
      { type: "append", path: ["a", 1], text: "x" },
      { type: "append", path: ["a", 1], text: "y" },
      { type: "close", path: ["a", 1], complete: true },
      { type: "close", path: ["a"], complete: true },
      { type: "open", path: ["b"], kind: "object" },
      { type: "close", path: ["b"], complete: true },
      { type: "value", path: ["c"], value: null, complete: true },
      { type: "close", path: [], complete: true },
    ]);
  });

  test("appends once a chunk, and never half a surrogate pair", () => {
    expect(changesOf(['"a\\nb\\u00', "e9\ud83c", "\udf0a", '"']).slice(1, -1)).toEqual([
      { type: "append", path: [], text: "a\nb" },
      { type: "append", path: [], text: "é" },
      { type: "append", path: [], text: "🌊" },
    ]);
  });

  test("gives strings and numbers as it is told", () => {
    expect(changesOf(['["a', 'b",1', "2]"], { strings: "hold", numbers: "emit" })).toEqual([
      { type: "open", path: [], kind: "array" },
      { type: "value", path: [0], value: "ab", complete: true },
      { type: "value", path: [1], value: 1, complete: false },
      { type: "value", path: [1], value: 12, complete: true },
      { type: "close", path: [], complete: true },
    ]);
  });

  test("tells of a number again only when it is another one", () => {
    const changes = changesOf(["1", ".", "0", "5", " "], { numbers: "emit" });
    expect(changes.map((change) => change.type === "value" && change.value)).toEqual([
      1, 1.05, 1.05,
    ]);
  });

  test("closes nothing twice when the input breaks off behind a string", () => {
    expect(changesOf(['["a",'], { incomplete: "allow" }).slice(-2)).toEqual([
      { type: "close", path: [0], complete: true },
      { type: "close", path: [], complete: false },
    ]);
  });

  test("closes what is open when the input breaks off, as not complete", () => {
    const open = [
      { type: "close", path: ["a", 0], complete: false },
      { type: "close", path: ["a"], complete: false },
      { type: "close", path: [], complete: false },
    ];
    expect(changesOf(['{"a":["x'], { incomplete: "allow" }).slice(-3)).toEqual(open);

    const seen: JsonChange[] = [];
    const machine = partialJson({ changes: true }).start((change) => seen.push(change));
    machine.push('{"a":["x');
    machine.fail(new Error("The source broke"));
    expect(seen.slice(-3)).toEqual(open);

    let error: unknown;
    try {
      changesOf(['{"a":["x\n']);
    } catch (thrown) {
      error = thrown;
    }
    expect(isStageError(error, "parse")).toBe(true);
    expect((error as { outputs: JsonChange[] }).outputs.slice(-4)).toEqual([
      { type: "append", path: ["a", 0], text: "x" },
      ...open,
    ]);
  });

  test.each<PartialJsonOptions>([{}, { strings: "hold" }, { numbers: "emit" }])(
    "makes the value when replayed, with %o",
    (options) => {
      fc.assert(
        fc.property(cuts(documents), (chunks) => {
          const replayed = replay(changesOf(chunks, options));
          expect(JSON.stringify(replayed)).toBe(JSON.stringify(JSON.parse(chunks.join(""))));
        }),
        { numRuns: 200 },
      );
    },
  );

  test("replaces what has the same name", () => {
    const changes = changesOf(['{"a":{"b":1},"a":"x","a":[2]}']);
    expect(replay(changes)).toEqual({ a: [2] });
  });

  test("obeys the laws", async () => {
    await laws("partialJson with changes", () => partialJson({ changes: true }), {
      input: documents,
      samples: ['{"a":[1,{"b":"x\\n\\ud83c\\udf0ay"}],"c":true} ', '["x]', "[tru,1]", "12", " "],
      oracle: (text) => (text.trim() === "" ? [] : changesIn(JSON.parse(text), [])),
      join: unitsOf,
      runs: 15,
    });
  });
});

function changesOf(chunks: string[], options: PartialJsonOptions = {}): JsonChange[] {
  return run(partialJson({ ...options, changes: true }), chunks);
}

/** What a user would do with changes, the simple way. */
function replay(changes: readonly JsonChange[]): unknown {
  const document: Record<string, unknown> = {};
  for (const change of changes) {
    let place = document;
    let key: string | number = "root";
    for (const next of change.path) {
      place = Object.getOwnPropertyDescriptor(place, key)!.value as typeof document;
      key = next;
    }
    const put = (value: unknown) =>
      Object.defineProperty(place, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    if (change.type === "open") {
      put(change.kind === "object" ? {} : change.kind === "array" ? [] : "");
    } else if (change.type === "append") put((place[key] as string) + change.text);
    else if (change.type === "value") put(change.value);
  }
  return document["root"];
}

/** The changes that make a value at once. */
function changesIn(value: unknown, path: (string | number)[]): JsonChange[] {
  if (typeof value === "string") {
    return [
      { type: "open", path, kind: "string" },
      ...(value === "" ? [] : [{ type: "append" as const, path, text: value }]),
      { type: "close", path, complete: true },
    ];
  }
  if (typeof value !== "object" || value === null) {
    return [{ type: "value", path, value: value as number, complete: true }];
  }
  const isArray = Array.isArray(value);
  return [
    { type: "open", path, kind: isArray ? "array" : "object" },
    ...Object.entries(value).flatMap(([key, child]) =>
      changesIn(child, [...path, isArray ? Number(key) : key]),
    ),
    { type: "close", path, complete: true },
  ];
}

/** One entry for each unit that is appended. */
function unitsOf(changes: readonly JsonChange[]): unknown[] {
  return changes.flatMap((change): unknown[] =>
    change.type === "append"
      ? Array.from({ length: change.text.length }, (_, at) => [change.path, change.text.charAt(at)])
      : [change],
  );
}

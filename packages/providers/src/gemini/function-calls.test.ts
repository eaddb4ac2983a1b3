import { describe, expect, test } from "vitest";
import { calls, decode, lines, parts, piece, says, stops } from "./gemini.fixture.ts";

function toolLines(...events: unknown[]): string[] {
  return lines(...events).filter((line) => !/^(response|finish)/.test(line));
}

/** Only what became of the calls. */
function called(...events: unknown[]): string[] {
  return lines(...events, stops("STOP")).filter((line) => line.startsWith("call"));
}

describe("whole calls", () => {
  test("are told of at once, with or without ids and arguments", () => {
    expect(
      toolLines(
        says("x"),
        parts({ functionCall: { name: "f", args: { a: 1 } } }, { functionCall: { name: "g" } }),
        calls({ id: "c", name: "h", args: null }),
        calls({ id: "c", name: "i", args: {} }),
      ),
    ).toEqual([
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "tool-0 ( f",
      'tool-0 + {"a":1}',
      "tool-0 )",
      'call tool-0 f {"a":1} valid',
      "tool-1 ( g",
      "tool-1 )",
      "call tool-1 g  valid",
      "c ( h",
      "c )",
      "call c h  valid",
      "tool-2 ( i",
      "tool-2 + {}",
      "tool-2 )",
      "call tool-2 i {} valid",
    ]);
  });

  test("without a name are an error that keeps what came", () => {
    expect(decode([calls({ args: { a: 1 } })])[1]).toMatchObject({
      type: "error",
      error: { kind: "malformed-event", data: { args: { a: 1 } } },
    });
  });
});

describe("calls in pieces", () => {
  const open = calls({ name: "f", willContinue: true }, { thoughtSignature: "s" });
  const string = (jsonPath: string, stringValue: string, willContinue = true) =>
    piece({ jsonPath, stringValue, ...(willContinue && { willContinue }) });

  test("are written as they come", () => {
    expect(
      toolLines(
        open,
        string("$.city", "Bos"),
        calls({ willContinue: true }),
        string("$.city", "ton"),
        string("$.city", "", false),
        piece({ jsonPath: "$.items[0].price", numberValue: 0.5 }),
        piece({ jsonPath: "$.items[1]", boolValue: true }),
        piece({ jsonPath: "$.items[2]", nullValue: "NULL_VALUE" }),
        calls({}),
        stops("STOP"),
      ),
    ).toEqual([
      "tool-0 ( f",
      'tool-0 + {"city":"Bos',
      "tool-0 + ton",
      'tool-0 + "',
      'tool-0 + ,"items":[{"price":0.5',
      "tool-0 + },true",
      "tool-0 + ,null",
      "tool-0 + ]}",
      "tool-0 )",
      'call tool-0 f {"city":"Boston","items":[{"price":0.5},true,null]} valid',
    ]);
  });

  test("keep the signature that came with their beginning", () => {
    const call = decode([open, calls({}), stops("STOP")]).find(({ type }) => type === "tool-call");
    expect(call).toMatchObject({
      input: "",
      inputState: "valid",
      providerMetadata: { gemini: { thoughtSignature: "s" } },
    });
  });

  test("may stand among whole ones, and an end behind a whole one is none of its own", () => {
    expect(
      called(
        calls({ name: "a" }),
        calls({}),
        calls({ name: "b", willContinue: true }),
        string("$.x", "1", false),
        calls({ name: "c", args: { y: 2 } }),
        calls({ name: "d", partialArgs: [{ jsonPath: "$.z", numberValue: 3 }] }),
      ),
    ).toEqual([
      "call tool-0 a  valid",
      'call tool-1 b {"x":"1"} valid',
      'call tool-2 c {"y":2} valid',
      'call tool-3 d {"z":3} valid',
    ]);
  });

  test("are whole where their end is missing but something follows", () => {
    const begun = [open, string("$.x", "1")];
    const whole = 'call tool-0 f {"x":"1"} valid';
    expect(called(...begun)).toEqual([whole]);
    expect(called(...begun, says("y"))).toEqual([whole]);
    expect(called(...begun, says("y", { thought: true }))).toEqual([whole]);
    expect(called(...begun, parts({ executableCode: {} }))[0]).toBe(whole);
    expect(called(...begun, calls({ name: "g" }))[0]).toBe(whole);
  });

  test("are truncated where the answer broke off", () => {
    const begun = [open, string("$.x", "1")];
    for (const end of [[], [stops("MAX_TOKENS")], [{ error: { code: 500 } }]]) {
      expect(toolLines(...begun, ...end).at(-1)).toBe('call tool-0 f {"x":"1 truncated');
    }
  });

  test("with two strings open at once are one after the other in the JSON", () => {
    expect(
      toolLines(
        open,
        string("$.a", "1"),
        string("$.b", "x"),
        string("$.a", "2"),
        string("$.b", "y", false),
        string("$.c", "z"),
        string("$.a", "3", false),
        calls({}),
      ),
    ).toEqual([
      "tool-0 ( f",
      'tool-0 + {"a":"1',
      "tool-0 + 2",
      'tool-0 + 3"',
      'tool-0 + ,"b":"x',
      'tool-0 + y"',
      'tool-0 + ,"c":"z',
      'tool-0 + "',
      "tool-0 + }",
      "tool-0 )",
      'call tool-0 f {"a":"123","b":"xy","c":"z"} valid',
    ]);
  });

  test.each<[string, unknown[]]>([
    ["a value twice", [string("$.a", "1", false), string("$.a", "2", false)]],
    [
      "a container that is closed",
      [string("$.a.x", "1", false), string("$.b", "2", false), string("$.a.y", "3")],
    ],
    ["an element that is not next", [piece({ jsonPath: "$.a[1]", numberValue: 1 })]],
    [
      "an element of an object",
      [string("$.a.x", "1", false), piece({ jsonPath: "$.a[0]", numberValue: 1 })],
    ],
    ["an element of the arguments", [piece({ jsonPath: "$[0]", numberValue: 1 })]],
    ["a value for a container", [string("$.a.x", "1", false), string("$.a", "2")]],
    ["a number inside a string", [string("$.a", "1"), piece({ jsonPath: "$.a", numberValue: 2 })]],
    [
      "a value twice while they wait",
      [string("$.a", "1"), string("$.b", "2", false), string("$.b", "3", false)],
    ],
    ["a value of another type than its field's", [piece({ jsonPath: "$.a", numberValue: "1" })]],
    ["no place at all", [piece({ stringValue: "x" })]],
    ["several places", [piece({ jsonPath: "$.a[*]", stringValue: "x" })]],
  ])("that say %s are an error, and not to be answered", (_, pieces) => {
    const all = decode([open, ...pieces, string("$.late", "x", false), calls({}), stops("STOP")]);
    const errors = all.filter(({ type }) => type === "error");
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ error: { kind: "malformed-event" } });
    expect(all.find(({ type }) => type === "tool-call")).toMatchObject({ inputState: "truncated" });
  });
});

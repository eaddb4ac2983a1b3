import { fuse, map, pipe, run } from "@millrace/core";
import { countingSource, laws, linear } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findStop } from "./literals/find-all.fixture.ts";
import { stopAt, type StopAtOptions } from "./stop-at.ts";

const joined = (outputs: readonly string[]) => outputs.join("");

describe("stopAt", () => {
  test("ends the text before a stop, wherever it is cut", () => {
    expect(run(stopAt("###"), ["one #", "# two ##", "# three"])).toEqual(["one ", "## two "]);
    expect(run(stopAt(["###"]), ["one #", "#"])).toEqual(["one ", "##"]);
    expect(run(stopAt("###"), ["###"])).toEqual([]);
  });

  test("keeps the stop when told, and holds nothing then", () => {
    expect(run(stopAt("</a>", { include: true }), ["<a>b</", "a>c"])).toEqual(["<a>b</", "a>"]);
  });

  test("takes the stop that is complete first, and the longest of those complete at once", () => {
    expect(stopped("xabcd", ["abcd", "bc"])).toEqual({ text: "xa", sequence: "bc" });
    expect(stopped("xabc", ["bc", "abc", "c"])).toEqual({ text: "x", sequence: "abc" });
    expect(stopped("aaab", ["aab", "ab"])).toEqual({ text: "a", sequence: "aab" });
    expect(stopped("ab", ["ab", "abc"])).toEqual({ text: "", sequence: "ab" });
  });

  test("holds nothing for a stop that another one always comes before", () => {
    const outputs: string[] = [];
    const machine = stopAt(["abcd", "c"]).start((output) => outputs.push(output));
    machine.push("ab");
    expect(outputs).toEqual(["ab"]);
  });

  test("ignores case when told, and names the stop as it was given", () => {
    const options = { ignoreCase: true };
    expect(stopped("Hi\nUSER: go", ["\nUser:"], options)).toEqual({
      text: "Hi",
      sequence: "\nUser:",
    });
  });

  test("passes all of a text without a stop, and of any text without stops", () => {
    expect(stopped("one # two ##", ["###"])).toEqual({ text: "one # two ##" });
    expect(stopped("one", [])).toEqual({ text: "one" });
  });

  test("cancels its source at once, with the stop as the reason", async () => {
    const reason = { code: "stop-sequence", sequence: "b" };
    const open = [
      (source: ReadableStream<string>) => pipe(source, stopAt("b")),
      (source: ReadableStream<string>) => source.pipeThrough(stopAt("b")),
      (source: ReadableStream<string>) =>
        pipe(source, fuse(map((text: string) => text), stopAt("b"), map((text) => text))), // oxfmt-ignore
    ];
    for (const through of open) {
      const source = countingSource(["a", "abc", "d", "e", "f", "g", "h"], { stall: true });
      const outputs: string[] = [];
      for await (const output of through(source.readable)) outputs.push(output);
      expect(outputs).toEqual(["a", "a"]);
      expect(source.reason).toEqual(reason);
      expect(source.pulled).toBeLessThan(5);
    }
  });

  test("says once which stop has come, behind the text", () => {
    const order: unknown[] = [];
    const machine = stopAt("b", { onStop: (stop) => order.push({ stop }) }).start(
      (output) => order.push(output),
      (reason) => order.push(reason),
    );
    machine.push("abab");
    machine.push("b");
    machine.flush();
    expect(order).toEqual(["a", { stop: "b" }, { code: "stop-sequence", sequence: "b" }]);
  });

  test("fails with what onStop throws", () => {
    const onStop = () => {
      throw new Error("No stop");
    };
    expect(() => run(stopAt("b", { onStop }), ["ab"])).toThrow("No stop");
  });

  test("is a fresh run each time it is started", () => {
    const stage = stopAt("b");
    expect([run(stage, ["ab"]), run(stage, ["cb"])]).toEqual([["a"], ["c"]]);
  });

  test("gives back what began a stop when its source fails", () => {
    const outputs: string[] = [];
    const machine = stopAt("###").start((output) => outputs.push(output));
    machine.push("a ##");
    machine.fail(new Error("The source broke"));
    expect(outputs).toEqual(["a ", "##"]);
  });

  test("refuses an empty stop", () => {
    expect(() => stopAt(["a", ""])).toThrow(
      new RangeError("Cannot stop: an empty string stands everywhere"),
    );
  });

  test.each(["ab", "aA"])("stops where a search of each place does, in %j", (alphabet) => {
    const texts = (maxLength: number, minLength = 0) =>
      fc.string({ unit: fc.constantFrom(...alphabet.split("")), minLength, maxLength });
    fc.assert(
      fc.property(
        fc.array(texts(6, 1), { maxLength: 5 }),
        texts(24),
        fc.boolean(),
        fc.boolean(),
        (stops, text, ignoreCase, include) => {
          const options = { ignoreCase, include };
          expect(stopped(text, stops, options)).toEqual(stopWhole(text, stops, options));
        },
      ),
      { numRuns: 400 },
    );
  });

  test.each<[string[], StopAtOptions]>([
    [["ab", "bca", "aabb", "ccc"], {}],
    [["abcb", "bc", "c"], { include: true }],
    [["caac", "aaac"], {}],
  ])("obeys the laws with %j and %o", async (stops, options) => {
    await laws("stopAt", () => stopAt(stops, options), {
      input: fc.string({ unit: fc.constantFrom("a", "b", "c", "😀"), maxLength: 20 }),
      samples: ["acaacaabbx", "aa\ud83d", "bccabcb"],
      oracle: (text) => [stopWhole(text, stops, options).text],
      join: joined,
      continuations: ["x", "a", "b", "c", ...stops.flatMap((stop) => [stop, ...endsOf(stop)])],
      lossless: true,
      runs: 12,
    });
  });

  test("is linear however stops overlap", async () => {
    const deep = "a".repeat(1000);
    await linear("stopAt", () => stopAt([`${deep}b`, `${deep}c`]), [
      (length) => "a".repeat(length),
    ]);
  });
});

interface Stopped {
  text: string;
  sequence?: string;
}

function stopped(text: string, stops: string[], options: StopAtOptions = {}): Stopped {
  const results = [[text], text.split("")].map((chunks) => {
    const seen: string[] = [];
    const outputs = run(stopAt(stops, { ...options, onStop: (stop) => seen.push(stop) }), chunks);
    return { text: joined(outputs), ...(seen[0] !== undefined && { sequence: seen[0] }) };
  });
  expect(results[1]).toEqual(results[0]);
  return results[0]!;
}

function stopWhole(text: string, stops: readonly string[], options: StopAtOptions): Stopped {
  const found = findStop(text, stops, options.ignoreCase);
  if (found === undefined) return { text };
  const end = options.include === true ? found.end : found.start;
  return { text: text.slice(0, end), sequence: stops[found.literal]! };
}

function endsOf(text: string): string[] {
  return Array.from(text, (_, at) => text.slice(at));
}

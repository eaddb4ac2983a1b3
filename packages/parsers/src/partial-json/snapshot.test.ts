import { run } from "@millrace/core";
import { cuts } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partialJson } from "../partial-json.ts";
import { documents } from "./documents.fixture.ts";

describe("The drafts of partialJson", () => {
  test("share what is finished, and copy what is open", () => {
    const drafts = run(partialJson<Deep>(), [
      '{"done":{"a":[1]},"list":[{"b":1},{"c":"x',
      "y",
      '"}',
      ",2]}",
    ]);
    const [one, two, three] = drafts.map(({ value }) => value) as [Deep, Deep, Deep];
    expect(drafts).toHaveLength(3);
    expect(three).toEqual({ done: { a: [1] }, list: [{ b: 1 }, { c: "xy" }, 2] });
    expect(two.done).toBe(one.done);
    expect(three.done).toBe(one.done);
    expect(two.list).not.toBe(one.list);
    expect(two.list[0]).toBe(one.list[0]);
    expect(two.list[1]).not.toBe(one.list[1]);
    expect(two).not.toBe(one);
    expect(three.list[0]).toBe(one.list[0]);
  });

  test("give the same value whenever it is read", () => {
    const [draft] = run(partialJson({ incomplete: "allow" }), ["[[1"]);
    expect(draft!.value).toBe(draft!.value);
  });

  test("are what they were, in whatever order and however late they are read", () => {
    fc.assert(
      fc.property(cuts(texts), fc.array(fc.nat()), (chunks, order) => {
        const atOnce: string[] = [];
        const machine = partialJson().start(({ value }) => atOnce.push(JSON.stringify(value)));
        for (const chunk of chunks) machine.push(chunk);
        machine.flush();

        const drafts = run(partialJson(), chunks);
        for (const number of order) expect(drafts[number % drafts.length]).toHaveProperty("value");
        expect(drafts.map(({ value }) => JSON.stringify(value))).toEqual(atOnce);
      }),
      { numRuns: 300 },
    );
  });

  test("are what they were, also when only some are read while others come", () => {
    fc.assert(
      fc.property(cuts(texts), fc.nat(20), (chunks, step) => {
        const late = run(partialJson(), chunks).map(({ value }) => JSON.stringify(value));
        let count = 0;
        const seen: [number, string][] = [];
        const machine = partialJson().start((draft) => {
          if (count % (step + 1) === 0) seen.push([count, JSON.stringify(draft.value)]);
          count++;
        });
        for (const chunk of chunks) machine.push(chunk);
        machine.flush();
        for (const [index, text] of seen) expect(text).toBe(late[index]);
      }),
    );
  });

  test.each([
    ["light", ""],
    ["heavy", MANY],
  ])(
    "of what is %s to copy can be spread, cloned, written, and read through a proxy",
    (_, more) => {
      const text = `[${more}{"a":1`;
      const value = JSON.parse(`${text}}]`) as unknown;
      const [draft] = run(partialJson({ incomplete: "allow", numbers: "emit" }), [text]);
      expect(Object.keys(draft!).sort()).toEqual(["complete", "value"]);
      const proxy = new Proxy(draft!, {
        get: (target, key, receiver): unknown => Reflect.get(target, key, receiver),
      });
      expect(proxy.value).toEqual(value);
      expect({ ...draft }).toEqual({ value, complete: false });
      expect(structuredClone(draft)).toEqual({ value, complete: false });
      expect(JSON.parse(JSON.stringify(draft))).toEqual({ value, complete: false });
    },
  );

  test("are not made before they are read where there is much to copy", () => {
    const isMade = (text: string) => {
      const [draft] = run(partialJson({ incomplete: "allow" }), [text]);
      return Object.getOwnPropertyDescriptor(draft, "value")?.get === undefined;
    };
    expect(isMade("[1,")).toBe(true);
    expect(isMade(`[${MANY}`)).toBe(false);
    expect(isMade(`{${MANY_MEMBERS}"z":[`)).toBe(false);
    expect(isMade(`[[${MANY}0],`)).toBe(true);
  });

  test("hold long strings as they grow", () => {
    const piece = "water ";
    const drafts = run(partialJson(), ['["', ...Array.from({ length: 2_000 }, () => piece), '"]']);
    expect(drafts).toHaveLength(2_002);
    drafts.slice(0, -1).forEach(({ value }, index) => {
      expect(value).toEqual([piece.repeat(index)]);
    });
  });
});

// With as many children open, drafts are made when they are read.
const MANY = "0,".repeat(600);
const MANY_MEMBERS = members(40);

const texts = fc
  .tuple(
    fc.oneof(
      documents,
      fc.constant('{"2":{"b":"one","a":"two"},"1":[[],{"x":"y"}],"2":"again","2":[{"3":4}]}'),
      fc.constantFrom(8, 14, 40).map((count) => `{${members(count)}"0x":{"a":"b"},"1x":"cd"}`),
    ),
    fc.constantFrom("", "", MANY),
  )
  .map(([text, more]) => (more === "" ? text : `[${more}${text}]`));

function members(count: number): string {
  return Array.from({ length: count }, (_, index) => `"${String(index % 36)}x":"y",`).join("");
}

interface Deep {
  done: object;
  list: unknown[];
}

import * as fc from "fast-check";
import type { Draft } from "./draft.ts";

const space = fc.constantFrom("", "", "", " ", "\n", "\r\n  ", "\t");
const character = fc.oneof(
  fc.constantFrom(
    ...units("ab\u2028\u007f/é水'{}[]:,"),
    "\ud83c",
    "\udf0a",
    "🌊",
    '\\"',
    "\\\\",
    "\\/",
    "\\n",
    "\\u0041",
    "\\u00E9",
    "\\ud83c",
    "\\udf0a",
    "\\ud83c\\udf0a",
  ),
  fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 1 }).map(escapeIfNeeded),
);
const string = fc.array(character, { maxLength: 8 }).map((parts) => `"${parts.join("")}"`);
const number = fc.oneof(
  fc.constantFrom("0", "-0", "1", "-12", "0.5", "1.5e3", "1E+2", "-2.25e-3", "1e400", "120"),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((found) => JSON.stringify(found)),
);
const literal = fc.constantFrom("true", "false", "null");
const name = fc.constantFrom(
  '""',
  '"a"',
  '"b c"',
  '"__proto__"',
  '"constructor"',
  '"\\u00e9"',
  '"né"',
);

const { value } = fc.letrec<{ value: string; list: string; record: string }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, literal, number, string, tie("list"), tie("record")),
  list: fc.array(spaced(tie("value")), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
  record: fc
    .uniqueArray(fc.tuple(spaced(name), spaced(tie("value"))), {
      maxLength: 4,
      selector: ([found]) => found.trim(),
    })
    .map((members) => `{${members.map((member) => member.join(":")).join(",")}}`),
}));

/** Texts that are JSON, with all that JSON lets one write. No name comes twice. */
export const documents: fc.Arbitrary<string> = spaced(value);

/** Texts that nearly are. */
export const damaged: fc.Arbitrary<string> = fc
  .tuple(
    documents,
    fc.nat(),
    fc.nat(3),
    fc.constantFrom(...units('{}[]",:\\/0-.eE+ \nu1tx\u0000\ud83c')),
  )
  .map(([text, number, removed, inserted]) => {
    const at = number % (text.length + 1);
    return text.slice(0, at) + (removed === 2 ? "" : inserted) + text.slice(at + (removed % 2));
  });

/**
 * The last draft, as a list that only gets longer while a document grows, as long as no name comes
 * twice and none is a number.
 */
export function stepsOf(drafts: readonly Draft<unknown>[]): string[] {
  const last = drafts.at(-1);
  if (last === undefined) return [];
  const steps: string[] = [];
  walk(last.value, 0);
  if (last.complete) steps.push("complete");
  return steps;

  function walk(found: unknown, depth: number): void {
    if (typeof found === "string") steps.push('"', ...units(found));
    else if (Array.isArray(found)) {
      steps.push("[");
      for (const item of found) walkInto(item, "", depth);
    } else if (typeof found === "object" && found !== null) {
      steps.push("{");
      for (const [key, child] of Object.entries(found)) walkInto(child, key, depth);
    } else steps.push(Object.is(found, -0) ? "-0" : String(found));
  }

  function walkInto(child: unknown, key: string, depth: number): void {
    steps.push(`${String(depth)} ${key}`);
    walk(child, depth + 1);
  }
}

function spaced(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(space, text, space).map((parts) => parts.join(""));
}

function units(text: string): string[] {
  return Array.from({ length: text.length }, (_, at) => text.charAt(at));
}

function escapeIfNeeded(found: string): string {
  return JSON.stringify(found).slice(1, -1);
}

import type { TagAttributes } from "../tags.ts";

// What stands behind the name of a tag, a state for each place:
//
//   opening   name ─┬─▶ betweenAttributes ──▶ attributeName ──▶ behindAttribute
//                   │     ▲  ▲      ▲                │ =             │ =
//                   │     │  │      │                ▼               ▼
//                   │     │  │      └──space── unquoted ◀─────── beforeValue
//                   │     │  └──── " ───────── doubleQuoted ◀─────┤
//                   │     └─────── ' ───────── singleQuoted ◀─────┘
//                   └──▶ behindSlash
//   closing   name ───▶ behindClosingName
//
// `>` ends the tag everywhere but in quotes, and `/>` makes it an empty section.

/** Takes the next unit: gives the state behind it, what has been read, or nothing if it is text. */
export type Step<Read> = (unit: string) => Step<Read> | Read | undefined;

const SPACE = /\s/;
/** Neither a name nor a value without quotes goes on with one of these; a value may with a slash. */
const DELIMITER = /["'<>/]/;
const TAG_END = /\/?>$/;
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]*)))?/g;
const REFERENCE = /&(amp|lt|gt|quot|apos|#(\d+|[xX][\da-fA-F]+));/g;
const LAST_CODE_POINT = 0x10ffff;
const CHARACTERS: TagAttributes = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Reads an opening tag from behind its name. */
export function openingTag<Read>(open: Read, empty: Read): Step<Read> {
  const end = (unit: string) => (unit === ">" ? open : unit === "/" ? behindSlash : undefined);
  const behindSlash: Step<Read> = (unit) => (unit === ">" ? empty : undefined);

  const betweenAttributes: Step<Read> = (unit) => {
    if (SPACE.test(unit)) return betweenAttributes;
    return unit === "=" ? undefined : attributeName(unit);
  };
  const attributeName: Step<Read> = (unit) => {
    if (unit === "=") return beforeValue;
    return DELIMITER.test(unit) ? end(unit) : attributeName;
  };
  const beforeValue: Step<Read> = (unit) => {
    if (SPACE.test(unit)) return beforeValue;
    return unit === '"' ? doubleQuoted : unit === "'" ? singleQuoted : unquoted(unit);
  };
  const doubleQuoted: Step<Read> = (unit) => (unit === '"' ? betweenAttributes : doubleQuoted);
  const singleQuoted: Step<Read> = (unit) => (unit === "'" ? betweenAttributes : singleQuoted);
  const unquoted: Step<Read> = (unit) => {
    if (SPACE.test(unit)) return betweenAttributes;
    if (unit === "/") return unquotedSlash;
    return DELIMITER.test(unit) ? end(unit) : unquoted;
  };
  const unquotedSlash: Step<Read> = (unit) => (unit === ">" ? empty : unquoted(unit));

  return (unit) => (SPACE.test(unit) ? betweenAttributes : end(unit));
}

/** Reads a closing tag from behind its name. */
export function closingTag<Read>(close: Read): Step<Read> {
  const behindClosingName: Step<Read> = (unit) =>
    unit === ">" ? close : SPACE.test(unit) ? behindClosingName : undefined;
  return behindClosingName;
}

/** The attributes of an opening tag, if it has any. */
export function attributesOf(tag: string): TagAttributes | undefined {
  let attributes: Record<string, string> | undefined;
  // What reads like the first attribute is the tag's name.
  for (const match of [...tag.replace(TAG_END, "").matchAll(ATTRIBUTE)].slice(1)) {
    const [, name = "", inDouble, inSingle, unquoted]: readonly (string | undefined)[] = match;
    // Without a prototype: any name is data, and none is there that was not written.
    attributes ??= Object.create(null) as Record<string, string>;
    attributes[name] ??= decodeReferences(inDouble ?? inSingle ?? unquoted ?? "");
  }
  return attributes;
}

function decodeReferences(value: string): string {
  return value.replace(REFERENCE, (reference, name: string, number?: string) => {
    if (number === undefined) return CHARACTERS[name] ?? reference;
    const code = Number(`0${number}`);
    return code <= LAST_CODE_POINT ? String.fromCodePoint(code) : reference;
  });
}

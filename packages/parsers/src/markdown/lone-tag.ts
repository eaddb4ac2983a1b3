/** Where in a lone tag, an open or a closing one with nothing else in its line, one has read to. */
export type TagState =
  | "opened"
  | "closing"
  | "closingName"
  | "closingEnd"
  | "name"
  | "between"
  | "attribute"
  | "behindAttribute"
  | "equals"
  | "doubleQuotes"
  | "singleQuotes"
  | "behindQuotes"
  | "unquoted"
  | "slash"
  | "closed";

type Step = readonly [unit: RegExp, next: TagState];

const SPACE = /\s/;
const SLASH: Step = [/\//, "slash"];
const END: Step = [/>/, "closed"];
const UNQUOTED = /[^"'=<>`\0- ]/;
const ATTRIBUTE: Step = [/[a-z_:]/i, "attribute"];

//   opened ─▶ name ─▶ between ─▶ attribute ─▶ behindAttribute ─▶ equals ─▶ unquoted, quotes ─▶ between
//      │        └──────────┴──────────┴─────────────┴───────────────────────────┴──▶ slash ─▶ closed
//      └─▶ closing ─▶ closingName ─▶ closingEnd ─▶ closed
const STEPS: Readonly<Record<TagState, readonly Step[]>> = {
  opened: [
    [/\//, "closing"],
    [/[a-z]/i, "name"],
  ],
  closing: [[/[a-z]/i, "closingName"]],
  closingName: [[/[a-z0-9-]/i, "closingName"], [SPACE, "closingEnd"], END],
  closingEnd: [[SPACE, "closingEnd"], END],
  name: [[/[a-z0-9-]/i, "name"], [SPACE, "between"], SLASH, END],
  between: [[SPACE, "between"], ATTRIBUTE, SLASH, END],
  attribute: [
    [/[a-z0-9:._-]/i, "attribute"],
    [SPACE, "behindAttribute"],
    [/=/, "equals"],
    SLASH,
    END,
  ],
  behindAttribute: [[SPACE, "behindAttribute"], [/=/, "equals"], ATTRIBUTE, SLASH, END],
  equals: [
    [SPACE, "equals"],
    [/"/, "doubleQuotes"],
    [/'/, "singleQuotes"],
    [UNQUOTED, "unquoted"],
  ],
  doubleQuotes: [
    [/"/, "behindQuotes"],
    [/[^]/, "doubleQuotes"],
  ],
  singleQuotes: [
    [/'/, "behindQuotes"],
    [/[^]/, "singleQuotes"],
  ],
  behindQuotes: [[SPACE, "between"], SLASH, END],
  unquoted: [[UNQUOTED, "unquoted"], [SPACE, "between"], END],
  slash: [END],
  closed: [[SPACE, "closed"]],
};

/** The state behind `unit`, or none if this is no lone tag. A line is one if it ends in `closed`. */
export function nextInTag(state: TagState, unit: string): TagState | undefined {
  return STEPS[state].find(([expected]) => expected.test(unit))?.[1];
}

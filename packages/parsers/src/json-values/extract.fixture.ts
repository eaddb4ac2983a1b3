/**
 * What may be missing of the token that a beginning of JSON breaks off in, or of the members and
 * elements that it still owes.
 */
const MISSING = [
  ...["", "0", '"', 'n"', '0"', '00"', '000"', '0000"', "rue", "ue", "e", "alse", "lse", "se"],
  ...["ull", "ll", "l", ":0", '":0', 'n":0', '0":0', '00":0', '000":0', '0000":0', '"":0'],
];

const known = new Map<string, string[]>(); // trying takes long

/** What ends a beginning of an object or array as valid JSON; nothing, if no JSON begins so. */
function endings(beginning: string): string[] {
  let found = known.get(beginning);
  if (found !== undefined) return found;
  const closing = closingBrackets(beginning);
  const more = ["", "[]", ",[]"]; // an array may yet become one that holds an array
  found = MISSING.flatMap((missing) => more.map((one) => missing + one + closing)).filter(
    (ending) => parse(beginning + ending) !== undefined,
  );
  known.set(beginning, found);
  return found;
}

/** What ends the candidate that a text ends in, if it ends in one, as a value. */
export function completions(text: string): string[] {
  const { held } = walk(text);
  return endings(held)
    .filter((ending) => isStructure(parse(held + ending)))
    .slice(0, 2);
}

/** Values, and the text between, out of a whole text: slowly, by trying `JSON.parse` everywhere. */
export function extract(text: string): object[] {
  const { found, held } = walk(text);
  return units([...found, held]);
}

/** One entry for each character of text, so that it does not matter how the text was cut. */
export function units(items: readonly (string | object)[]): object[] {
  const found: object[] = [];
  let text = "";
  for (const item of [...items, {}]) {
    if (typeof item === "string") {
      text += item;
      continue;
    }
    for (const character of text) found.push({ text: character });
    text = "";
    found.push({ value: item });
  }
  return found.slice(0, -1);
}

function walk(text: string): { found: (string | object)[]; held: string } {
  const found: (string | object)[] = [];
  let at = 0;
  while (at < text.length) {
    let end = at + 1;
    let value: unknown;
    if (text[at] === "{" || text[at] === "[") {
      while (end < text.length && parse(text.slice(at, end)) === undefined) {
        if (endings(text.slice(at, end + 1)).length === 0) break;
        end++;
      }
      value = parse(text.slice(at, end));
      const mayGoOn = value === undefined && end === text.length;
      if (mayGoOn) return { found, held: text.slice(at) };
    }
    found.push(isStructure(value) ? value : text.slice(at, end));
    at = end;
  }
  return { found, held: "" };
}

function isStructure(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return !Array.isArray(value) || value.some((one) => typeof one === "object" && one !== null);
}

function closingBrackets(beginning: string): string {
  const outsideStrings = beginning.replace(/"(?:[^"\\]|\\.)*(?:"|\\?$)/gs, "");
  let closing = "";
  for (const character of outsideStrings) {
    if (character === "{") closing = `}${closing}`;
    else if (character === "[") closing = `]${closing}`;
    else if (character === "}" || character === "]") closing = closing.slice(1);
  }
  return closing;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

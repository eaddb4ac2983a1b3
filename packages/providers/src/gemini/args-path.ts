/** The way to a value inside the arguments: the names of members and the indexes of elements. */
export type Step = string | number;

export interface ArgsPath {
  steps: readonly Step[];
  /** It ends with `[]`: the array itself is meant, not an element. */
  isArray: boolean;
}

const NAME = /\.([^.[\]]+)/y;
const INDEX = /\[(\d+)\]/y;
const QUOTED = /\[(?:'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)")\]/y;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|([^]))/g;
const CONTROLS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const ROOT = "$";
const EMPTY_ARRAY = "[]";

/**
 * Reads a path of RFC 9535 that leads to one place, `$.items[0]['unit.price']`; undefined for
 * anything else.
 */
export function parseArgsPath(path: string): ArgsPath | undefined {
  if (!path.startsWith(ROOT)) return undefined;
  const isArray = path.endsWith(EMPTY_ARRAY);
  const end = isArray ? path.length - EMPTY_ARRAY.length : path.length;
  const steps: Step[] = [];
  let at = ROOT.length;

  function match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(path);
    if (found === null || pattern.lastIndex > end) return undefined;
    at = pattern.lastIndex;
    return found;
  }

  while (at < end) {
    const name = match(NAME);
    const index = name === undefined ? match(INDEX) : undefined;
    const quoted = name === undefined && index === undefined ? match(QUOTED) : undefined;
    if (name !== undefined) steps.push(name[1]!);
    else if (index !== undefined) steps.push(Number(index[1]));
    else if (quoted !== undefined) steps.push(unescape(quoted[1] ?? quoted[2]!));
    else return undefined;
  }
  return { steps, isArray };
}

function unescape(quoted: string): string {
  return quoted.replace(ESCAPE, (_, code: string | undefined, character: string) =>
    code === undefined
      ? (CONTROLS[character] ?? character)
      : String.fromCharCode(parseInt(code, 16)),
  );
}

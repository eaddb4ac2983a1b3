/** What a step of a path selects: the member of that name, the element of that index, or every child. */
export type JsonSelector = string | number | true;

/** A path, ready to be followed: one selector for each level below the root. */
export type JsonPath = readonly JsonSelector[];

const ROOT = /\s*\$/y;
const BLANK = /\s*/y;
/** `.*`, `.name`, `[*]`, `[0]`, `["name"]`, `['name']`, each in a group, but for the first two stars. */
const STEP =
  /\s*(?:\.\*|\.([A-Za-z_\x80-\u{10ffff}][\w\x80-\u{10ffff}]*)|\[\s*(?:\*|(0|[1-9]\d*)|"((?:[ !#-[\]-\u{10ffff}]|\\["\\/bfnrt]|\\u[\dA-Fa-f]{4})*)"|'((?:[ -&(-[\]-\u{10ffff}]|\\['\\/bfnrt]|\\u[\dA-Fa-f]{4})*)')\s*\])/uy;

/**
 * Reads a path such as `$.items[*]`, `$.a["b c"][0]` or `$.*`, a subset of JSONPath: all that can be
 * followed while the document still streams, without looking back or ahead.
 *
 * To follow it, keep for each open container whether it lies on the path: the root does, and a child
 * does if its container does and `selects(path[depth], key)`, where `depth` is how many containers the
 * container itself is in. Values on the path at depth `path.length` are what it selects.
 *
 * - **Errors:** a `SyntaxError` that says where the path goes wrong.
 * - **Cost:** linear in the path; following it costs one comparison a child.
 * - **Source:** RFC 9535, without descendants, slices, filters, negative indexes and lists.
 */
export function parseJsonPath(text: string): JsonPath {
  const path: JsonSelector[] = [];
  let at = matchAt(ROOT, text, 0) === null ? 0 : ROOT.lastIndex;
  while (at > 0) {
    const step = matchAt(STEP, text, at);
    if (step === null) break;
    const [, name, index, doubleQuoted, singleQuoted] = step;
    if (!Number.isSafeInteger(Number(index ?? 0))) break;
    at = STEP.lastIndex;
    if (name !== undefined) path.push(name);
    else if (index !== undefined) path.push(Number(index));
    else if (doubleQuoted !== undefined) path.push(unescape(doubleQuoted));
    else if (singleQuoted !== undefined) path.push(unescape(inDoubleQuotes(singleQuoted)));
    else path.push(true);
  }
  matchAt(BLANK, text, at);
  if (at > 0 && BLANK.lastIndex === text.length) return path;
  throw new SyntaxError(
    `Cannot read the path ${JSON.stringify(text)} from position ${at} on: ` +
      'a path is $ and any of .name, ["name"], [0], [*] and .* behind it',
  );
}

/** Whether a step of a path selects a child, given by its name or by its index. */
export function selects(selector: JsonSelector | undefined, key: string | number): boolean {
  return selector === key || selector === true;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function unescape(body: string): string {
  return JSON.parse(`"${body}"`) as string;
}

/** What stands between single quotes, as it would stand between double ones. */
function inDoubleQuotes(body: string): string {
  return body.replace(/\\.|"/g, (found) =>
    found === '"' ? String.raw`\"` : found === String.raw`\'` ? "'" : found,
  );
}

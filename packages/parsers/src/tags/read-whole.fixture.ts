import type { TagDelimiters, TagPiece, TagsOptions } from "../tags.ts";

// The definition once more, over a text that is all there: at every place it is asked anew, by
// regular expressions, whether a delimiter stands here and whether this is code.

const VALUE = `"[^"]*"|'[^']*'|[^\\s"'<>]+(?=[\\s>])|(?=>)`;
const ATTRIBUTE = `([^\\s"'<>/=]+)(?=[\\s=/>])(?:\\s*=\\s*(${VALUE}))?`;

type Named = string | TagDelimiters;

interface Found {
  named: Named;
  length: number;
  attributes?: Record<string, string>;
  isEmpty: boolean;
}

/** One piece for each section, and for each text between two. */
export function readWhole(
  text: string,
  names: readonly Named[],
  options: TagsOptions = {},
): TagPiece[] {
  const { startInside, nested = false, codeAware = false, ignoreCase = false } = options;
  const { trim = false, maxTagLength = 16_384 } = options;
  const pieces: TagPiece[] = [];
  let at = 0;
  let outside = ""; // all of it, for what is code
  let between = ""; // since the last section
  let before = "\n"; // what came out of it last

  function match(pattern: string, place: number): string | undefined {
    const expression = new RegExp(pattern, ignoreCase ? "iy" : "y");
    expression.lastIndex = place;
    const found = expression.exec(text)?.[0];
    return found === undefined || found.length > maxTagLength ? undefined : found;
  }

  function openingAt(place: number, some: readonly Named[]): Found | undefined {
    const all = some.flatMap((named): Found[] => {
      if (typeof named === "object") {
        const found = match(escape(named.open), place);
        return found === undefined ? [] : [{ named, length: found.length, isEmpty: false }];
      }
      const tag = match(`<${escape(named)}(?:\\s(?:\\s|${ATTRIBUTE})*)?/?>`, place);
      if (tag === undefined) return [];
      const isEmpty = tag.endsWith("/>");
      const attributes = attributesOf(tag.slice(named.length + 1, isEmpty ? -2 : -1));
      return [{ named, length: tag.length, isEmpty, ...(attributes && { attributes }) }];
    });
    return all.sort((one, other) => one.length - other.length)[0];
  }

  function closingAt(place: number, some: readonly Named[]): number | undefined {
    const lengths = some
      .flatMap((named) => {
        if (typeof named === "string") return [`</${escape(named)}\\s*>`];
        return typeof named.close === "string"
          ? [escape(named.close)]
          : named.close.map((close) => escape(close));
      })
      .flatMap((pattern) => match(pattern, place)?.length ?? []);
    return lengths.length === 0 ? undefined : Math.min(...lengths);
  }

  function readSection(some: readonly Named[], attributes?: Record<string, string>): void {
    const [named] = some;
    const tag = typeof named === "object" ? named.tag : named!;
    const begin = at;
    let depth = 1;
    let read = ""; // for what is code
    while (at < text.length) {
      const isCode = codeAware && endsInCode(read);
      const closing = isCode ? undefined : closingAt(at, some);
      if (closing !== undefined) {
        depth--;
        if (depth === 0) {
          add({ tag, attributes, text: text.slice(begin, at), complete: true });
          at += closing;
          return;
        }
      }
      const inner = isCode || closing !== undefined || !nested ? undefined : openingAt(at, some);
      if (inner?.isEmpty === false) depth++;
      read += text.charAt(at);
      at += closing ?? inner?.length ?? 1;
    }
    add({ tag, attributes, text: text.slice(begin), complete: false });
  }

  function add(section: {
    tag: string;
    attributes: Record<string, string> | undefined;
    text: string;
    complete: boolean;
  }): void {
    const { attributes, ...rest } = section;
    if (trim) rest.text = rest.text.trim();
    pieces.push(attributes === undefined ? rest : { ...rest, attributes });
  }

  function addBetween(): void {
    const shown = trim && before.endsWith("\n") ? between.trimStart() : between;
    between = "";
    if (shown === "") return;
    pieces.push({ text: shown, complete: true });
    before = shown;
  }

  if (startInside !== undefined) {
    const some = names.filter(
      (named) => (typeof named === "object" ? named.tag : named) === startInside,
    );
    const space = /^\s*/.exec(text)![0].length;
    const opening = openingAt(space, some);
    if (opening !== undefined && space + opening.length <= maxTagLength) {
      at = space + opening.length;
      if (opening.isEmpty)
        add({ tag: startInside, attributes: opening.attributes, text: "", complete: true });
      else readSection([opening.named], opening.attributes);
    } else readSection(some);
  }
  while (at < text.length) {
    const opening = codeAware && endsInCode(outside) ? undefined : openingAt(at, names);
    if (opening === undefined) {
      outside += text.charAt(at);
      between += text.charAt(at);
      at++;
      continue;
    }
    addBetween();
    const { named, length, attributes, isEmpty } = opening;
    at += length;
    const tag = typeof named === "object" ? named.tag : named;
    if (isEmpty) add({ tag, attributes, text: "", complete: true });
    else readSection([named], attributes);
  }
  addBetween();
  return pieces;
}

function attributesOf(inside: string): Record<string, string> | undefined {
  const attributes = Object.create(null) as Record<string, string>;
  // What stands in front of a `>` may be an empty value.
  for (const [, name, value = ""] of `${inside}>`.matchAll(new RegExp(ATTRIBUTE, "g"))) {
    attributes[name!] ??= /^["']/.test(value) ? value.slice(1, -1) : value;
  }
  return Object.keys(attributes).length === 0 ? undefined : attributes;
}

/** Whether what follows `text` stands in code. */
function endsInCode(text: string): boolean {
  const lines = text.split("\n");
  const last = lines.pop()!;
  let fence = "";
  for (const line of lines) {
    const marks = /^[\s>]*(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
    if (fence === "") {
      if (marks.startsWith("~") || /^[\s>]*`+[^`]*$/.test(line)) fence = marks;
    } else if (marks.startsWith(fence) && /^[\s>]*[`~]+\s*$/.test(line)) fence = "";
  }
  if (fence !== "" || /^[\s>]*~{3,}/.test(last)) return true;
  return last.replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, "").includes("`");
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

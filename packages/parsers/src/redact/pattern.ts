/** A regular expression that is made ready to be tried on text that grows. */
export interface Pattern {
  /** Sticky: the match at a place. */
  match: RegExp;
  /**
   * Sticky: whether a match at a place might go on where the text ends. Only then can more text
   * change what is matched. Without it, that cannot be told.
   */
  unfinished: RegExp | undefined;
  /** Finds the next place where there is a match, or where one might go on. */
  next: RegExp | undefined;
  /** The longest match, in UTF-16 units, as far as the pattern itself bounds it. */
  longest: number;
  /** It reads characters, not units. */
  unicode: boolean;
}

interface Piece {
  /** The piece without numbers or names for its groups, so that it can be copied. */
  whole: string;
  /** Matches what the piece may have read when the text ends, up to that end. */
  unfinished: string;
  longest: number;
}

const NEVER = "(?!)";
const END = "$";
const ALWAYS = "";

const OPENING = /\((\?<?[=!]|\?[a-z-]*:)?(\?<[^>]*>)?/y;
const QUANTIFIER = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/y;
const ASSERTION = /[$^]|\\[bB]/y;
/** The match of a group, by its number or name; or an old way to write a character. */
const REFERENCE = /\\(?:[1-9k]|0\d|c(?![A-Za-z]))/y;
const CHARACTER = /\\(?:x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|c[A-Za-z]|[^])|[^]/y;
const UNICODE_CHARACTER =
  /\\(?:u\{[^}]*\}|u[dD][89ABab]..\\u[dD][C-Fc-f]..|u....|x..|c.|[pP]\{[^}]*\}|[^])|[^]/uy;
/** With the flag `v` these may match more than a character. */
const STRINGS = /\\[pq]/;

/**
 * Makes a regular expression ready. From its source it makes a second one, for what it has read when
 * the text ends: of `ab*c`, that is `a`, or `ab`, or `abb`. So text that begins no match is known at
 * once, and need not be held.
 *
 * Throws a `TypeError` for what looks at the text around a match, for that has gone, or not come yet.
 */
export function pattern(expression: RegExp): Pattern {
  const { source, flags } = expression;
  const kept = flags.replace(/[^isuv]/g, "");
  const unicode = /[uv]/.test(kept);
  let at = 0;
  let unknown: string | undefined; // what makes that what is unfinished cannot be told

  function read(kind: RegExp): RegExpExecArray | undefined {
    kind.lastIndex = at;
    const found = kind.exec(source) ?? undefined;
    if (found !== undefined) at = kind.lastIndex;
    return found;
  }

  function refuse(what: string): never {
    throw new TypeError(`Cannot redact ${String(expression)}: ${what} is not possible in a stream`);
  }

  function readAlternatives(): Piece & { next: string } {
    const all = [readSequence()];
    for (; source[at] === "|"; all.push(readSequence())) at++;
    return {
      whole: all.map(({ whole }) => whole).join("|"),
      unfinished: all.map(({ unfinished }) => unfinished).join("|"),
      next: all.map(beginning).join("|"),
      longest: Math.max(...all.map(({ longest }) => longest)),
    };
  }

  function readSequence(): Piece {
    const all: Piece[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") all.push(readPiece());
    return all.reduceRight<Piece>(
      (rest, piece) => ({
        whole: piece.whole + rest.whole,
        unfinished:
          rest.unfinished === NEVER
            ? piece.unfinished
            : `${piece.unfinished}|${piece.whole}(?:${rest.unfinished})`,
        longest: piece.longest + rest.longest,
      }),
      { whole: "", unfinished: NEVER, longest: 0 },
    );
  }

  function readPiece(): Piece {
    const atom = readAtom();
    const found = read(QUANTIFIER);
    if (found === undefined) return atom;
    const [quantifier, least, comma, bound] = found;
    let most = Infinity;
    if (quantifier.startsWith("?")) most = 1;
    else if (comma === "") most = Number(least);
    else if (bound) most = Number(bound);
    return {
      whole: atom.whole + quantifier,
      unfinished: most === 0 ? NEVER : `${repeated(atom.whole, most - 1)}(?:${atom.unfinished})`,
      longest: atom.longest && most && atom.longest * most,
    };
  }

  function readAtom(): Piece {
    const assertion = read(ASSERTION);
    if (assertion !== undefined) refuse(assertion[0]);
    if (source[at] === "(") return readGroup();
    const from = at;
    const isReference = read(REFERENCE) !== undefined;
    if (source[at] === "[") skipClass();
    else if (!isReference) read(unicode ? UNICODE_CHARACTER : CHARACTER);
    const whole = source.slice(from, at);
    if (isReference) unknown = whole;
    if (isReference || (kept.includes("v") && STRINGS.test(whole))) {
      return { whole, unfinished: ALWAYS, longest: Infinity };
    }
    return { whole, unfinished: END, longest: unicode ? 2 : 1 };
  }

  function readGroup(): Piece {
    const [, kind = "?:"] = read(OPENING)!;
    if (!kind.endsWith(":")) refuse(`(${kind}`);
    const { whole, unfinished, longest } = readAlternatives();
    at++; // behind the closing bracket
    return { whole: `(${kind}${whole})`, unfinished: `(${kind}${unfinished})`, longest };
  }

  function skipClass(): void {
    let depth = 0;
    do {
      if (source[at] === "\\") at++;
      else if (source[at] === "]") depth--;
      else if (source[at] === "[" && (depth === 0 || kept.includes("v"))) depth++;
      at++;
    } while (depth > 0);
  }

  const refused = /[my]/.exec(flags);
  if (refused !== null) refuse(`the flag ${refused[0]}`);
  const { unfinished, next, longest } = readAlternatives();
  return {
    match: new RegExp(source, `${kept}y`),
    unfinished: unknown === undefined ? new RegExp(unfinished, `${kept}y`) : undefined,
    next: unknown === undefined ? new RegExp(next, `${kept}g`) : undefined,
    longest,
    unicode,
  };
}

/** What is unfinished has begun: without the end at once an engine can look for the first unit. */
function beginning({ whole, unfinished }: Piece): string {
  return unfinished === END ? whole : `${unfinished.replace(/^\$\|/, "")}|${whole}`;
}

function repeated(whole: string, most: number): string {
  if (most === Infinity) return `${whole}*`;
  return most === 0 ? "" : `${whole}{0,${most}}`;
}

/** A regular expression that is made ready to be tried on text that grows. */
export interface Pattern {
  /** Sticky: the match at a place. */
  match: RegExp;
  /**
   * Sticky: the same, but a match that asks for more than the text has, ends with the text. So what
   * ends before the text is the match, whatever follows. Without it, that cannot be told.
   */
  begun: RegExp | undefined;
  /** Finds the next place where there is a match, or one has begun. */
  next: RegExp | undefined;
  /** The longest match, in UTF-16 units, as far as the pattern itself bounds it. */
  longest: number;
  /** It reads characters, not units. */
  unicode: boolean;
}

interface Piece {
  /** The piece, satisfied where the text ends. */
  begun: string;
  /** The same, where something is left to read: by its first unit an engine finds it fast. */
  first: string;
  longest: number;
}

const END = "$";

const OPENING = /\((\?<?[=!]|\?[a-z-]*:)?(\?<[^>]*>)?/y;
const QUANTIFIER = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/y;
const ASSERTION = /[$^]|\\[bB]/y;
/** The match of a group, by its number or name; or an old way to write a character. */
const REFERENCE = /\\(?:[1-9k]|0\d|c(?![A-Za-z]))/y;
const CHARACTER = /\\(?:x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|c[A-Za-z]|[^])|[^]/y;
const UNICODE_CHARACTER =
  /\\(?:u\{[^}]*\}|u[dD][89ABab]..\\u[dD][C-Fc-f]..|u....|x..|c.|[pP]\{[^}]*\}|[^])|[^]/uy;

/**
 * Makes a regular expression ready. From its source it makes a second one, in which the end of the
 * text satisfies each character: of `ab*c`, that is `(?:a|$)b*(?:c|$)`. It takes the same way as
 * the first, up to where that asks for a unit that has not come. So text that begins no match is
 * known at once, and need not be held; and it costs no more, for at the end nothing fails.
 *
 * Throws a `TypeError` for what looks at the text around a match, for that has gone, or not come yet.
 */
export function pattern(expression: RegExp): Pattern {
  const { source, flags } = expression;
  const kept = flags.replace(/[^isuv]/g, "");
  const unicode = /[uv]/.test(kept);
  let at = 0;
  let isKnown = true as boolean; // what it asks for at the end of the text

  function read(kind: RegExp): RegExpExecArray | undefined {
    kind.lastIndex = at;
    const found = kind.exec(source) ?? undefined;
    if (found !== undefined) at = kind.lastIndex;
    return found;
  }

  function refuse(what: string): never {
    throw new TypeError(`Cannot redact ${String(expression)}: ${what} is not possible in a stream`);
  }

  function readAlternatives(): Piece {
    const all = [readSequence()];
    for (; source[at] === "|"; all.push(readSequence())) at++;
    return {
      begun: all.map(({ begun }) => begun).join("|"),
      first: all.map(({ first }) => first).join("|"),
      longest: Math.max(...all.map(({ longest }) => longest)),
    };
  }

  function readSequence(): Piece {
    const whole: Piece = { begun: "", first: "", longest: 0 };
    while (at < source.length && source[at] !== "|" && source[at] !== ")") {
      const isFirst = whole.begun === "";
      const { begun, first, longest } = source[at] === "(" ? readGroup() : readCharacter();
      whole.begun += begun;
      whole.first += isFirst ? first : begun;
      whole.longest += longest;
    }
    return whole;
  }

  function readGroup(): Piece {
    const [opening, kind = "?:"] = read(OPENING)!;
    if (!kind.endsWith(":") || kind.includes("m")) refuse(`(${kind}`);
    const { begun, first, longest } = readAlternatives();
    at++; // behind the closing bracket
    const { quantifier, least, most } = readQuantifier();
    const whole = `${opening}${begun})${quantifier}`;
    return {
      begun: whole,
      first: least > 1 ? whole : `${opening}${first})${quantifier}`,
      longest: longest && most && longest * most,
    };
  }

  function readCharacter(): Piece {
    const assertion = read(ASSERTION);
    if (assertion !== undefined) refuse(assertion[0]);
    const from = at;
    const isReference = read(REFERENCE) !== undefined;
    if (source[at] === "[") skipClass();
    else if (!isReference) read(unicode ? UNICODE_CHARACTER : CHARACTER);
    const one = source.slice(from, at);
    const isOne = !isReference && !(kept.includes("v") && hasStrings(one));
    isKnown &&= isOne;
    const { quantifier, least, most } = readQuantifier();
    const all = one + quantifier;
    const fewer = (some: number) => `(?:${all}|${one}{${some},${least - 1}}${END})`;
    return {
      begun: least === 0 ? all : fewer(0),
      first: least < 2 ? all : fewer(1),
      longest: most && most * (isOne ? (unicode ? 2 : 1) : Infinity),
    };
  }

  function readQuantifier(): { quantifier: string; least: number; most: number } {
    const found = read(QUANTIFIER);
    if (found === undefined) return { quantifier: "", least: 1, most: 1 };
    const [quantifier, exactly, comma, bound] = found;
    if (exactly === undefined) {
      const least = quantifier.startsWith("+") ? 1 : 0;
      return { quantifier, least, most: quantifier.startsWith("?") ? 1 : Infinity };
    }
    const least = Number(exactly);
    if (comma === "") return { quantifier, least, most: least };
    return { quantifier, least, most: bound ? Number(bound) : Infinity };
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
  const { first, longest } = readAlternatives();
  return {
    match: new RegExp(source, `${kept}y`),
    begun: isKnown ? new RegExp(first, `${kept}y`) : undefined,
    next: isKnown ? new RegExp(first, `${kept}g`) : undefined,
    longest: Math.max(longest, 1), // what matches nothing only does no harm
    unicode,
  };
}

/** Whether a class of the flag `v` matches more than a character: then it has no complement. */
function hasStrings(one: string): boolean {
  try {
    new RegExp(`[^${one}]`, "v");
    return false;
  } catch {
    return one.startsWith("[") || /^\\p/.test(one);
  }
}

/** The length of what a sticky expression matches at the beginning. */
export function lengthOf(sticky: RegExp, text: string): number {
  sticky.lastIndex = 0;
  return sticky.exec(text)?.[0].length ?? 0;
}

/** Whether the match at the beginning of a text may go on behind its end. */
export function goesOn({ begun, match }: Pattern, text: string): boolean {
  return lengthOf(begun ?? match, text) === text.length;
}

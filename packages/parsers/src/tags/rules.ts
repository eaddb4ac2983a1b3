import type { TagDelimiters, TagsOptions } from "../tags.ts";
import { delimiters, type Beginning, type Delimiters } from "./delimiters.ts";
import type { Opening, TagRules } from "./machine.ts";
import { STOPS } from "./markdown-code.ts";
import { closingTag, openingTag, type Step } from "./tag-syntax.ts";

const SPACE = /\s/;
const NO_TAG_NAME = /^$|[\s"'<>/=]/;

// How much deeper into a section a delimiter leads.
const IN = 1;
const ALONG = 0;
const OUT = -1;

/** What a section stands between, whatever it means to find it. */
interface Pair<Name extends string> {
  tag: Name;
  attributesAt: number;
  openings<Read>(open: Read, empty: Read): Beginning<Read>[];
  closings<Read>(close: Read): Beginning<Read>[];
}

/** What all runs of a stage have in common. */
export function tagRules<Name extends string>(
  names: readonly (Name | TagDelimiters<Name>)[],
  options: TagsOptions<Name> & { maxTagLength: number },
): TagRules<Name> {
  const { startInside, codeAware = false, trim = false, ignoreCase = false } = options;
  const { nested = false, maxTagLength } = options;
  const how = { ignoreCase, stops: codeAware ? STOPS : "" };
  const pairs = names.map((name) => (typeof name === "string" ? tagPair(name) : stringPair(name)));

  function insideOf(ofOneTag: readonly Pair<Name>[]): Delimiters<number> {
    const closings = ofOneTag.flatMap((pair) => pair.closings(OUT));
    const openings = nested ? ofOneTag.flatMap((pair) => pair.openings(IN, ALONG)) : [];
    return delimiters([...closings, ...openings], how);
  }

  function outsideOf(some: readonly Pair<Name>[]): Delimiters<Opening<Name>> {
    const openings = some.flatMap((pair) => {
      const { tag, attributesAt } = pair;
      const opening = { tag, attributesAt, inside: insideOf([pair]), isEmpty: false };
      return pair.openings(opening, { ...opening, isEmpty: true });
    });
    return delimiters(openings, how);
  }

  function firstOf(tag: Name): TagRules<Name>["first"] {
    const own = pairs.filter((pair) => pair.tag === tag);
    if (own.length === 0) {
      throw new RangeError(`Cannot find tags: startInside "${tag}" is none of them`);
    }
    const { begin } = outsideOf(own);
    const behindSpace: Step<Opening<Name>> = (unit) =>
      SPACE.test(unit) ? behindSpace : begin(unit);
    const opening = { tag, attributesAt: 0, inside: insideOf(own), isEmpty: false };
    return { opening, begin: behindSpace };
  }

  const first = startInside === undefined ? undefined : firstOf(startInside);
  return { outside: outsideOf(pairs), first, codeAware, trim, maxTagLength };
}

function tagPair<Name extends string>(tag: Name): Pair<Name> {
  if (NO_TAG_NAME.test(tag)) throw new RangeError(`Cannot find tags: "${tag}" is no tag's name`);
  const opening = `<${tag}`;
  return {
    tag,
    attributesAt: opening.length,
    openings: (open, empty) => [{ text: opening, behind: openingTag(open, empty) }],
    closings: (close) => [{ text: `</${tag}`, behind: closingTag(close) }],
  };
}

function stringPair<Name extends string>({ tag, open, close }: TagDelimiters<Name>): Pair<Name> {
  const closes = typeof close === "string" ? [close] : close;
  if (open === "" || closes.length === 0 || closes.includes("")) {
    throw new RangeError(`Cannot find tags: "${tag}" has no delimiter where it opens or closes`);
  }
  return {
    tag,
    attributesAt: 0,
    openings: (read) => [{ text: open, read }],
    closings: (read) => closes.map((text) => ({ text, read })),
  };
}

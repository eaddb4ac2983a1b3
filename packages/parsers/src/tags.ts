import { stage, type Stage } from "@millrace/core";
import { unitLimit } from "@millrace/core/text";
import { tagRules } from "./tags/rules.ts";
import { tagMachine } from "./tags/machine.ts";
import type { TagAttributes } from "./tags/tag-syntax.ts";

const DEFAULT_MAX_TAG_LENGTH = 16_384;

/** Text outside of all sections, which never waits for an end, or a piece of a section. */
export type TagPiece<Name extends string = string> =
  | { tag?: undefined; attributes?: undefined; text: string; complete: true }
  | {
      tag: Name;
      /** Those of the opening tag, if it has any: the same object in every piece of the section. */
      attributes?: TagAttributes;
      text: string;
      /** This is the last piece of its section, which has been closed. */
      complete: boolean;
    };

/** What a section stands between, where that is not a pair of tags. */
export interface TagDelimiters<Name extends string = string> {
  /** What the section is to be called. */
  tag: Name;
  open: string;
  /** What closes it; of several, whichever comes. */
  close: string | readonly string[];
}

export interface TagsOptions<Name extends string = string> {
  /** The text begins in this section; an opening tag there may be missing, and may not. */
  startInside?: Name | undefined;
  /** ASCII letters count as equal in either case. Default `false`. */
  ignoreCase?: boolean;
  /** A section that holds its own opening tag goes on behind the next closing tag. Default `false`. */
  nested?: boolean;
  /** What stands in Markdown's code spans and fenced blocks is text. Default `false`. */
  codeAware?: boolean;
  /** The white space around sections is left out. Default `false`. */
  trim?: boolean;
  /** The longest tag, in UTF-16 units; what is longer is text. Default 16 KiB. */
  maxTagLength?: number;
}

/**
 * Sections of a text that stand between tags, as in `<think>…</think>`, and the text between them.
 */
export function tags<const Name extends string>(
  names: Name | TagDelimiters<Name> | readonly (Name | TagDelimiters<Name>)[],
  options: TagsOptions<NoInfer<Name>> = {},
): Stage<string, TagPiece<Name>> {
  const { maxTagLength = DEFAULT_MAX_TAG_LENGTH } = options;
  unitLimit({
    stage: "tags",
    action: "find tags",
    unit: "a tag",
    option: "maxTagLength",
    max: maxTagLength,
  });
  const list = typeof names === "object" && "length" in names ? names : [names];
  const rules = tagRules(list, { ...options, maxTagLength });
  return stage((emit) => tagMachine(rules, emit), { cuttable: true });
}

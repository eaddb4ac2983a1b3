export {
  codeBlocks,
  type CodeBlock,
  type CodeBlockPiece,
  type CodeBlocksOptions,
} from "./code-blocks.ts";
export type { InfoString } from "./code-blocks/info-string.ts";
export { jsonItems, type JsonItem, type JsonItemsOptions } from "./json-items.ts";
export { jsonValues, type JsonOrText, type JsonValuesOptions } from "./json-values.ts";
export {
  markdownBlocks,
  type MarkdownBlockEvent,
  type MarkdownBlockKind,
  type MarkdownBlocksOptions,
} from "./markdown-blocks.ts";
export { ndjson, type NdjsonLine, type NdjsonOptions } from "./ndjson.ts";
export { partialJson, type PartialJsonOptions } from "./partial-json.ts";
export type { JsonChange, JsonKeys } from "./partial-json/changes.ts";
export type { DeepPartial, Draft } from "./partial-json/draft.ts";
export { ValidationError, type ValidationErrorOptions } from "./json/validate.ts";
export { checkJson, type JsonCheck } from "./partial-json/check-json.ts";
export {
  lenientJson,
  type JsonRepair,
  type LenientJson,
  type LenientJsonOptions,
} from "./partial-json/lenient-json.ts";
export type { Replacement } from "./literals/replacement.ts";
export { redact, type RedactOptions, type RedactRule } from "./redact.ts";
export { replaceText, type Replacements, type ReplaceTextOptions } from "./replace-text.ts";
export { stopAt, type StopAtOptions, type StopReason } from "./stop-at.ts";
export {
  tags,
  type TagAttributes,
  type TagDelimiters,
  type TagPiece,
  type TagsOptions,
} from "./tags.ts";

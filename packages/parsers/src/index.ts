export {
  codeBlocks,
  type CodeBlock,
  type CodeBlockPiece,
  type CodeBlocksOptions,
} from "./code-blocks.ts";
export type { InfoString } from "./code-blocks/info-string.ts";
export { jsonItems, type JsonItem, type JsonItemsOptions } from "./json-items.ts";
export { jsonValues, type JsonOrText, type JsonValuesOptions } from "./json-values.ts";
export { ndjson, type NdjsonLine, type NdjsonOptions } from "./ndjson.ts";
export {
  tags,
  type TagAttributes,
  type TagDelimiters,
  type TagPiece,
  type TagsOptions,
} from "./tags.ts";

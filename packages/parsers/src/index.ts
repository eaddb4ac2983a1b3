export { jsonItems, type JsonItem, type JsonItemsOptions } from "./json-items.ts";
export { ndjson, type NdjsonLine, type NdjsonOptions } from "./ndjson.ts";
export {
  tags,
  type TagAttributes,
  type TagDelimiters,
  type TagPiece,
  type TagsOptions,
} from "./tags.ts";

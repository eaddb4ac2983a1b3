export type { CohereChunk } from "./chunk.ts";
export { cohere, type CohereConfig } from "./cohere.ts";
export { decodeCohere } from "./decode-cohere.ts";

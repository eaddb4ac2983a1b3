export type { CohereChunk } from "./chunk.ts";
export { decodeCohere } from "./decode-cohere.ts";

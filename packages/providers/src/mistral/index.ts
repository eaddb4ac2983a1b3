export type { MistralChunk } from "./chunk.ts";
export { decodeMistral } from "./decode-mistral.ts";
export { mistral, type MistralConfig } from "./mistral.ts";

export type { GeminiChunk } from "./chunk.ts";
export { decodeGemini } from "./decode-gemini.ts";
export { gemini, type GeminiConfig } from "./gemini.ts";

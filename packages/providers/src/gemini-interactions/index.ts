export type { GeminiInteractionsChunk } from "./chunk.ts";
export { decodeGeminiInteractions } from "./decode-gemini-interactions.ts";
export { geminiInteractions, type GeminiInteractionsConfig } from "./gemini-interactions.ts";

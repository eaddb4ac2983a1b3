export type { GeminiInteractionsChunk } from "./chunk.ts";
export { decodeGeminiInteractions } from "./decode-gemini-interactions.ts";

export type { OllamaChunk, OllamaLine } from "./chunk.ts";
export { decodeOllama } from "./decode-ollama.ts";

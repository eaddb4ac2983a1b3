export type { OllamaChunk, OllamaLine } from "./chunk.ts";
export { decodeOllama } from "./decode-ollama.ts";
export { ollama, type OllamaConfig } from "./ollama.ts";

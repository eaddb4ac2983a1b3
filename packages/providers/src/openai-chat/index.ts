export type { OpenaiChatChunk } from "./chunk.ts";
export { decodeOpenaiChat, type DecodeOpenaiChatOptions } from "./decode-openai-chat.ts";

export type { OpenaiChatChunk } from "./chunk.ts";
export { decodeOpenaiChat, type DecodeOpenaiChatOptions } from "./decode-openai-chat.ts";
export {
  encodeOpenaiChat,
  openaiChatFormat,
  type EncodeOpenaiChatOptions,
} from "./encode-openai-chat.ts";

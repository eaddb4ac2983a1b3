export { azureOpenai, type AzureOpenaiConfig } from "./azure-openai.ts";
export { chatFamilies, type ChatFamily } from "./chat-families.ts";
export type { OpenaiChatChunk } from "./chunk.ts";
export { decodeOpenaiChat, type DecodeOpenaiChatOptions } from "./decode-openai-chat.ts";
export {
  encodeOpenaiChat,
  openaiChatFormat,
  type EncodeOpenaiChatOptions,
} from "./encode-openai-chat.ts";
export { openaiChat, type OpenaiChatConfig } from "./openai-chat.ts";
export type { ChatDialect } from "./request-openai-chat.ts";

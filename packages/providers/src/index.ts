export { ask, type AskOptions, type AskTimeout } from "./ask.ts";
export { assistantMessage, type AssistantMessageOptions } from "./assistant-message.ts";
export type {
  AssistantMessage,
  FileContent,
  JsonSchema,
  Message,
  Prompt,
  ReasoningContent,
  StandardJsonSchemaV1,
  SystemMessage,
  TextContent,
  Tool,
  ToolCallContent,
  ToolMessage,
  ToolResultContent,
  UserMessage,
} from "./prompt.ts";
export { isProviderError, ProviderError, type ProviderErrorOptions } from "./provider-error.ts";
export type { Provider, ProviderConfig, RequestContext } from "./provider.ts";
export type { EncoderOptions } from "./shared/about.ts";
export type { DecoderOptions } from "./shared/read-answer.ts";

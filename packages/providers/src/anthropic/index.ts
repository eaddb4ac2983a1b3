export { anthropic, type AnthropicConfig } from "./anthropic.ts";
export { decodeAnthropic } from "./decode-anthropic.ts";
export {
  anthropicFormat,
  encodeAnthropic,
  type EncodeAnthropicOptions,
} from "./encode-anthropic.ts";
export type { AnthropicEvent } from "./event.ts";

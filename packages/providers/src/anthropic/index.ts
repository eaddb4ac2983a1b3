export { decodeAnthropic, type DecodeAnthropicOptions } from "./decode-anthropic.ts";
export type { AnthropicEvent } from "./event.ts";

export { decodeAnthropic } from "./decode-anthropic.ts";
export type { AnthropicEvent } from "./event.ts";

export { bedrock } from "./bedrock.ts";
export { bedrockInvoke, type BedrockInvokeConfig } from "./bedrock-invoke.ts";
export type { BedrockConfig } from "./bedrock-request.ts";
export type { ConverseChunk } from "./chunk.ts";
export { decodeConverse } from "./decode-converse.ts";
export { decodeEventStream, type DecodeEventStreamOptions } from "./decode-event-stream.ts";
export type { EventStreamFrame, EventStreamHeader } from "./frame.ts";
export { claudeFamily, novaFamily, type InvokeFamily } from "./invoke-families.ts";
export { invokeModelEvents, type InvokeModelChunk } from "./invoke-model-events.ts";

export { bedrock, type BedrockConfig } from "./bedrock.ts";
export type { ConverseChunk } from "./chunk.ts";
export { decodeConverse } from "./decode-converse.ts";
export { decodeEventStream, type DecodeEventStreamOptions } from "./decode-event-stream.ts";
export type { EventStreamFrame, EventStreamHeader } from "./frame.ts";
export { invokeModelEvents, type InvokeModelChunk } from "./invoke-model-events.ts";

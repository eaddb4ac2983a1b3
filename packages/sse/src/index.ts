export { decodeSse, type DecodeSseOptions } from "./decode-sse.ts";
export { encodeSse } from "./encode-sse.ts";
export type { SseEvent } from "./sse-event.ts";
export type { SseEventMessage, SseMessage, SseNote } from "./sse-message.ts";

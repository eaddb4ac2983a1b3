export { decodeSse, type DecodeSseOptions } from "./decode-sse.ts";
export type { SseEvent } from "./sse-event.ts";

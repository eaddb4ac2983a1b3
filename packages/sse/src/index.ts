export { connectSse, type ConnectSseOptions } from "./connect-sse.ts";
export type { PerAttempt, SseAttempt, SseRequestInit, SseTarget } from "./connect-sse/request.ts";
export {
  SseConnectionError,
  type SseConnectionErrorCode,
  type SseConnectionErrorOptions,
} from "./connect-sse/sse-connection-error.ts";
export { decodeSse, type DecodeSseOptions } from "./decode-sse.ts";
export { encodeSse } from "./encode-sse.ts";
export type { SseEntry } from "./sse-response/entry-messages.ts";
export type { SseContext } from "./sse-response/late-source.ts";
export type { SseEvent } from "./sse-event.ts";
export type { SseEventMessage, SseMessage, SseNote } from "./sse-message.ts";
export {
  sseResponse,
  type SseEntriesOptions,
  type SseFormat,
  type SseJsonOptions,
  type SseRequest,
  type SseResponseOptions,
  type SseSource,
} from "./sse-response.ts";

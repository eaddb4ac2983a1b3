export {
  connectSocket,
  type AttachOptions,
  type ConnectedSocket,
  type ConnectSocketOptions,
  type RequestOptions,
} from "./connect-socket.ts";
export { closeCodes } from "./protocol/close-codes.ts";
export {
  serveSocket,
  type ServedSocket,
  type ServeSocketOptions,
  type SocketContext,
  type SocketEntry,
  type SocketHandler,
} from "./serve-socket.ts";
export { isAllowedOrigin, type AllowedOrigins, type SocketRequest } from "./serve-socket/origin.ts";
export type { Socket, SocketClose, SocketConstructor, SocketEvent } from "./socket.ts";
export { SocketError, type SocketErrorOptions } from "./socket-error.ts";
export {
  socketStreams,
  type SocketMessage,
  type SocketStreams,
  type SocketStreamsOptions,
} from "./socket-streams.ts";
export { aiSdkChat, type AiSdkChatPayload } from "./protocols/ai-sdk-chat.ts";
export { simpleFrames, type SimplePayload } from "./protocols/simple-frames.ts";
export { hookedSocket, type HookedSocket, type SocketHooks } from "./hooked-socket.ts";

export type {
  ClientEffects,
  ClientFailure,
  ClientLimits,
  ClientMachine,
} from "./client-machine.ts";
export { closeCodes, isPassing } from "./close-codes.ts";
export type { Entry, Failure, WelcomeFrame } from "./frames.ts";
export type { FrameLimits } from "./limits.ts";
export { startClient } from "./millrace-client.ts";
export { millraceV1 } from "./millrace-server.ts";
export type {
  AttachRequest,
  Drain,
  OpenRequest,
  ServerEffects,
  ServerLimits,
  ServerMachine,
  ServerProtocol,
  ServerSession,
} from "./server-machine.ts";

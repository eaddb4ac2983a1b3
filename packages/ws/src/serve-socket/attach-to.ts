import type { ServeSocketOptions, SocketContext } from "../serve-socket.ts";
import type { Begun } from "./delivery.ts";
import { isMissing } from "./failure-of.ts";

/** The log of a stream behind a number, if the application has one of that name. */
export async function attachTo(
  attach: ServeSocketOptions["attach"],
  stream: string,
  after: number,
  context: SocketContext,
): Promise<Begun | undefined> {
  try {
    const source = (await attach?.(stream, after, context)) ?? undefined; // many a store says null
    return source && { source, isLog: true };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

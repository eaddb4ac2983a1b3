import type { ServerResponse } from "node:http";
import { setImmediate as yieldTurn, setTimeout as sleep } from "node:timers/promises";
import type { Arrangement } from "./arrange.ts";

const SHORTEST_SLEEP = 1; // milliseconds; timers do not know less
const ENDLESS_PIECE = /* @__PURE__ */ "x".repeat(65_536);

/** Who listens. */
export interface Audience {
  /** Aborted when the connection closes. */
  gone: AbortSignal;
  onSent: (bytes: number) => void;
  /** Destroys the connection. */
  breakOff: () => void;
}

/**
 * Plays an arrangement to a client: each step at its time and in a write of its own, the next one
 * only when the system has taken the last. After a `stall` the response stays open.
 *
 * Late steps are sent at once, so that the whole takes the time it should; what a slow reader
 * costs is not made up for.
 */
export async function play(
  { status, headers, steps, close }: Arrangement,
  response: ServerResponse,
  { gone, onSent, breakOff }: Audience,
): Promise<void> {
  if (close === "hang") return;
  if (close === "refuse") {
    breakOff();
    return;
  }
  response.writeHead(status, headers);
  response.flushHeaders();
  let due = performance.now();
  for (const { delay, bytes } of steps) {
    due += delay;
    const wait = due - performance.now();
    if (wait >= SHORTEST_SLEEP) await sleep(wait, undefined, { signal: gone });
    else await yieldTurn(); // lets a client in this process read before the next write
    const taken = await write(response, bytes, gone);
    if (gone.aborted) return;
    onSent(bytes.length);
    if (!taken) due = Math.max(due, performance.now());
  }

  if (close === "end") response.end();
  if (close === "disconnect") breakOff();
  if (close === "endless-line") await playEndlessLine(response, { gone, onSent });
}

async function playEndlessLine(
  response: ServerResponse,
  { gone, onSent }: Pick<Audience, "gone" | "onSent">,
): Promise<void> {
  for (;;) {
    await write(response, ENDLESS_PIECE, gone);
    await yieldTurn(); // a broken connection may answer at once, and for ever: its end is to be heard
    if (gone.aborted) return;
    onSent(ENDLESS_PIECE.length);
  }
}

/** Resolves when the system has taken the bytes; gives whether it did so without making us wait. */
function write(
  response: ServerResponse,
  bytes: Uint8Array | string,
  gone: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = () => {
      resolve(false);
    };
    if (gone.aborted) stop();
    gone.addEventListener("abort", stop);
    const roomLeft = response.write(bytes, () => {
      gone.removeEventListener("abort", stop);
      resolve(roomLeft);
    });
  });
}

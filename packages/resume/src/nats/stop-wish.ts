import { systemClock } from "@millrace/core/clock";
import type { Server } from "./server.ts";
import { stateOf } from "./state.ts";

// A wish is heard as it is made; this often one is looked for that was missed, and whether anybody
// has to hear of it any more.
const LOOK = 900; // ms

/** Waits for the wish to stop; undefined when there is nobody to hear it any more. */
export async function stopWish(
  server: Server,
  id: string,
  epoch: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const task = { verb: "wait for a stop of", id };
  let wake = (): void => undefined;
  let isTold = false; // since it was looked the last time
  const tell = (): void => {
    isTold = true;
    wake();
  };
  const unsubscribe = server.onStop(id, tell);
  signal?.addEventListener("abort", tell);
  try {
    while (signal?.aborted !== true) {
      isTold = false;
      const [{ state }, wish] = await Promise.all([
        stateOf(server, task),
        server.lastSign(task, "stop"),
      ]);
      if (state === undefined) return undefined;
      const { born, epoch: newest, end } = state.last.message;
      if (newest !== epoch || end) return undefined;
      if (wish?.message.born === born) return wish.message.reason ?? "";
      await new Promise<void>((resolve) => {
        const cancel = systemClock.after(LOOK, resolve);
        wake = () => {
          cancel();
          resolve();
        };
        if (isTold || signal?.aborted === true) wake();
      });
    }
    return undefined;
  } finally {
    unsubscribe();
    signal?.removeEventListener("abort", tell);
  }
}

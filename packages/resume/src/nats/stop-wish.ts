import { systemClock } from "@millrace/core/clock";
import type { Pull } from "../shared/pulled.ts";
import type { Server } from "./server.ts";
import { stateOf } from "./state.ts";

// A wish is heard as it is made; this often one is looked for that was missed, and whether anybody
// has to hear of it any more.
const LOOK = 900; // ms

/** Waits for the wish to stop. It ends when there is nobody to hear it any more. */
export function stopWish(server: Server, id: string, epoch: number): Pull<string> {
  const task = { verb: "wait for a stop of", id };
  let isTold = false; // since it was looked the last time
  let isClosed = false;
  let wake = (): void => undefined;
  const tell = (): void => {
    isTold = true;
    wake();
  };
  let unsubscribe: (() => void) | undefined;

  /** Until somebody tells, or it is time to look again. */
  function rest(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = systemClock.after(LOOK, resolve);
      wake = () => {
        cancel();
        resolve();
      };
      if (isTold || isClosed) wake();
    });
  }

  /** A function, since it changes while others are awaited. */
  function isLeft(): boolean {
    return isClosed;
  }

  return {
    async next() {
      unsubscribe ??= server.onStop(id, tell);
      while (!isLeft()) {
        isTold = false;
        const [{ state }, wish] = await Promise.all([
          stateOf(server, task),
          server.lastSign(task, "stop"),
        ]);
        if (state === undefined) return undefined;
        const { born, epoch: newest, end } = state.last.message;
        if (newest !== epoch || end) return undefined;
        if (wish?.message.born === born) return wish.message.reason ?? "";
        await rest();
      }
      return undefined;
    },
    close() {
      isClosed = true;
      wake();
      unsubscribe?.();
    },
  };
}

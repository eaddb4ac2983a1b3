import { ATTEND_EVERY } from "../replay/watch-producer.ts";
import type { StreamPlace } from "../store-access.ts";

const ASK_AGAIN = 1_000;

/**
 * Calls back once nobody, in any process, has read for so long. Readers say only now and then that
 * they are there, so one that was seen gets that much more. Gives what ends the watch.
 */
export function watchReaders(
  { id, store, clock }: StreamPlace,
  linger: number,
  onUnread: () => void,
): () => void {
  let over = false;
  let stop = clock.after(linger, check);

  function check(): void {
    store.status(id).then(
      ({ unreadFor }) => {
        if (over) return;
        const left = linger + ATTEND_EVERY - unreadFor;
        if (left <= 0) onUnread();
        else stop = clock.after(Math.max(left, 1), check);
      },
      () => {
        if (!over) stop = clock.after(ASK_AGAIN, check);
      },
    );
  }

  return () => {
    over = true;
    stop();
  };
}

import { openOutlet } from "@millrace/core/streams";

export interface InboxOptions {
  /** Told of each frame whose items were all read, by its bytes. */
  onConsumed: (bytes: number) => void;
  onCancel: (reason: unknown) => void;
}

/** What has come and waits to be read, as a stream. Its bytes count until a reader has taken them. */
export interface Inbox {
  readonly readable: ReadableStream<unknown>;
  put(this: void, values: readonly unknown[], bytes: number): void;
  /** Behind what has come. */
  close(this: void): void;
  error(this: void, reason: unknown): void;
}

export function openInbox({ onConsumed, onCancel }: InboxOptions): Inbox {
  let frames: (Frame | undefined)[] = [];
  let first = 0; // what lies before it was read: to shift a long queue costs its length each time
  let at = 0; // the item of the first frame that is read next
  let ending: (() => void) | undefined; // once all was read
  let over = false;

  // The outlet gets an item when it is asked for one, never ahead: so it is known what was read.
  const outlet = openOutlet<unknown>(giveOne, (reason) => {
    over = true;
    clear();
    onCancel(reason);
  });

  function clear(): void {
    frames = [];
    first = 0;
  }

  function giveOne(): void {
    const frame = frames[first];
    if (frame === undefined || !outlet.isHungry()) return;
    outlet.put(frame.values[at++]);
    if (at === frame.values.length) {
      frames[first++] = undefined;
      if (first === frames.length) clear();
      else if (first === LONG_READ) {
        frames = frames.slice(first); // so that a queue which is never empty does not grow for ever
        first = 0;
      }
      at = 0;
      onConsumed(frame.bytes);
    }
    finish();
  }

  function finish(): void {
    if (ending === undefined || frames.length > 0) return;
    over = true;
    ending();
  }

  return {
    readable: outlet.readable,
    put(values, bytes) {
      if (over || ending !== undefined) return;
      frames.push({ values, bytes });
      giveOne();
    },
    close() {
      ending ??= outlet.close;
      finish();
    },
    error(reason) {
      ending ??= () => {
        outlet.error(reason);
      };
      finish();
    },
  };
}

/** Frames that were read, after which their places are given back. */
const LONG_READ = 16_384;

interface Frame {
  values: readonly unknown[];
  bytes: number;
}

import type { StoredEntry } from "@millrace/core/store";

/** What is sent at once. */
export interface Group {
  entries: StoredEntry[];
  /** The last of them ends the stream. */
  end: boolean;
}

export type Append = (
  id: string,
  epoch: number,
  entries: readonly StoredEntry[],
  end: boolean,
) => Promise<void>;

// What waits is joined up to here: a group is one command, one row or one message.
const MOST_ENTRIES = 64;
const MOST_TEXT = 65_536; // UTF-16 code units, unless a single append brings more

/**
 * Sends the appends of each producer one after another, and joins those that wait meanwhile. Many
 * small appends cost no round trip each, and none overtakes one that has to be sent again.
 */
export function appendQueue(
  send: (id: string, epoch: number, group: Group) => Promise<void>,
): Append {
  const queues = new Map<string, Batch[]>(); // of the producers that send: what waits behind it

  async function sendAll(key: string, id: string, epoch: number, queue: Batch[]): Promise<void> {
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      await send(id, epoch, batch.group).then(batch.resolve, batch.reject);
    }
    queues.delete(key);
  }

  return (id, epoch, entries, end) => {
    const key = `${String(epoch)} ${id}`;
    const queue = queues.get(key);
    const last = queue?.at(-1);
    if (last !== undefined && join(last, entries, end)) return last.settled;
    const batch = openBatch(entries, end);
    if (queue !== undefined) queue.push(batch);
    else {
      const own = [batch];
      queues.set(key, own);
      void sendAll(key, id, epoch, own);
    }
    return batch.settled;
  };
}

interface Batch {
  group: Group;
  size: number;
  settled: Promise<void>;
  resolve(this: void): void;
  reject(this: void, error: unknown): void;
}

function openBatch(entries: readonly StoredEntry[], end: boolean): Batch {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const settled = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { group: { entries: [...entries], end }, size: sizeOf(entries), settled, resolve, reject };
}

/** Whether they follow what waits, so that both can go as one. */
function join(batch: Batch, entries: readonly StoredEntry[], end: boolean): boolean {
  const { group } = batch;
  const size = batch.size + sizeOf(entries);
  const follows = entries[0]?.seq === (group.entries.at(-1)?.seq ?? 0) + 1;
  const fits = group.entries.length + entries.length <= MOST_ENTRIES && size <= MOST_TEXT;
  if (group.end || !follows || !fits) return false;
  group.entries.push(...entries);
  group.end = end;
  batch.size = size;
  return true;
}

function sizeOf(entries: readonly StoredEntry[]): number {
  let size = 0;
  for (const { text } of entries) size += text.length;
  return size;
}

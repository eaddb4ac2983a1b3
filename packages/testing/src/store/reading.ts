import type { StoredEntry } from "@millrace/core/store";
import { countingSignal } from "../counting-signal.ts";
import {
  begin,
  DYING,
  entriesAfter,
  expectEqual,
  expectRefused,
  expectTrue,
  isPending,
  LAPSE,
  LASTING,
  promptly,
  readSome,
  readToEnd,
  settled,
} from "./world.ts";
import type { Cases } from "./cases.ts";

const MANY = 5_000;
const LARGEST_BATCH = 1_000;
const READERS = 30;

/** Readers, wherever and whenever they come. */
export const reading: Cases = {
  "reads from any entry on": async (world) => {
    const { store, other, id } = world;
    const { epoch } = await begin(world);
    await store.append(id, epoch, entriesAfter(0, 5));
    for (const after of [0, 1, 4]) {
      const expected = entriesAfter(after, 5 - after);
      expectEqual(
        `what is read behind ${after}`,
        await readSome(other, id, 5 - after, after),
        expected,
      );
    }
    await store.append(id, epoch, entriesAfter(5, 1), { end: true });
    for (const after of [0, 3, 5]) {
      const expected = entriesAfter(after, 6 - after);
      expectEqual(
        `what is read behind ${after} after the end`,
        await readToEnd(other, id, after),
        expected,
      );
    }
    expectEqual("what is read behind the last", await readToEnd(store, id, 6), []);
  },

  "follows what comes, to its end": async (world) => {
    const { store, other, id } = world;
    const { epoch } = await begin(world);
    const whole = [readToEnd(store, id), readToEnd(other, id), readToEnd(other, id, 7)];
    for (let tail = 0; tail < 40; tail += 2) {
      await store.append(id, epoch, entriesAfter(tail, 2), { end: tail === 38 });
    }
    const [own, foreign, behind] = await settled("Readers that follow", Promise.all(whole));
    expectEqual("what a reader here reads", own, entriesAfter(0, 40));
    expectEqual("what a reader there reads", foreign, entriesAfter(0, 40));
    expectEqual("what a reader there reads behind 7", behind, entriesAfter(7, 33));
  },

  "gives what comes within a second": async (world) => {
    const { store, other, id } = world;
    const { epoch } = await begin(world);
    const batches = other.read(id, 0)[Symbol.asyncIterator]();
    const first = batches.next();
    expectTrue("A reader must wait for what comes", await isPending(first));
    await store.append(id, epoch, entriesAfter(0, 1));
    const given = await promptly("A reader must be given what is appended", first);
    expectEqual("what is given", plain(given), entriesAfter(0, 1));
    await batches.return?.();
  },

  "waits where a producer has died, and goes on with the next": async (world) => {
    const { store, other, id, pass } = world;
    const first = await begin(world, DYING);
    await store.append(id, first.epoch, entriesAfter(0, 1));
    const whole = readToEnd(store, id);
    await pass(LAPSE);
    expectTrue("The reader of an orphan must wait", await isPending(whole));
    const second = (await other.acquire(id, LASTING))!;
    await other.append(id, second.epoch, entriesAfter(1, 1), { end: true });
    expectEqual("what is read", await whole, entriesAfter(0, 2));
  },

  "holds no more for a slow reader than a batch": async (world) => {
    const { store, other, id } = world;
    const { epoch } = await begin(world);
    await store.append(id, epoch, entriesAfter(0, 1));
    const batches = other.read(id, 0)[Symbol.asyncIterator]();
    const read: StoredEntry[] = plain(await settled("read", batches.next()));
    for (let tail = 1; tail < MANY; tail += 500) {
      await store.append(id, epoch, entriesAfter(tail, Math.min(500, MANY - tail)));
    }
    await store.append(id, epoch, entriesAfter(MANY, 1), { end: true });
    for (;;) {
      const result = await settled("read", batches.next());
      if (result.done === true) break;
      expectTrue(
        `A batch must have no more than ${LARGEST_BATCH} entries`,
        result.value.length <= LARGEST_BATCH,
      );
      read.push(...plain(result));
    }
    expectEqual("number of entries that a slow reader reads", read.length, MANY + 1);
    expectEqual("what a slow reader reads", read, entriesAfter(0, MANY + 1));
  },

  "serves many readers": async (world) => {
    const { store, other, id } = world;
    const { epoch } = await begin(world);
    const readers = Array.from({ length: READERS }, (_, index) =>
      readToEnd(index % 2 === 0 ? store : other, id, index % 3),
    );
    for (let tail = 0; tail < 20; tail++) await store.append(id, epoch, entriesAfter(tail, 1));
    await store.append(id, epoch, entriesAfter(20, 1), { end: true });
    const all = await settled("Many readers", Promise.all(readers));
    all.forEach((entries, index) => {
      expectEqual("what one of many reads", entries, entriesAfter(index % 3, 21 - (index % 3)));
    });
  },

  "lets a reader leave while it waits": async (world) => {
    const { store, id } = world;
    const { epoch } = await begin(world);
    const batches = store.read(id, 0)[Symbol.asyncIterator]();
    const next = batches.next();
    await isPending(next);
    await promptly("return must settle", Promise.resolve(batches.return?.()));
    const { done } = await promptly("A read must end when its reader leaves", next);
    expectEqual("done", done, true);
    await store.append(id, epoch, entriesAfter(0, 1)); // and nobody minds
  },

  "ends a read when its signal aborts, at every moment": async (world) => {
    const { store, id } = world;
    const { epoch } = await begin(world);
    await store.append(id, epoch, entriesAfter(0, 3));
    const read = async (signal: AbortSignal) => {
      let count = 0;
      for await (const batch of store.read(id, 0, { signal })) count += batch.length;
      return count;
    };
    const aborted = AbortSignal.abort();
    expectEqual(
      "entries read when it was aborted before",
      await promptly("read ends", read(aborted)),
      0,
    );
    for (const moment of [0, 1, 5, 50]) {
      const controller = new AbortController();
      const reader = read(controller.signal);
      setTimeout(() => {
        controller.abort();
      }, moment);
      await promptly(`A read must end when its signal aborts after ${moment} ms`, reader);
    }
  },

  "leaves no listener on a signal": async (world) => {
    const { store, id } = world;
    const { epoch } = await begin(world);
    await store.append(id, epoch, entriesAfter(0, 3));
    const counting = countingSignal();
    const { signal } = counting;
    const open = store.read(id, 0, { signal })[Symbol.asyncIterator]();
    await open.next();
    const next = open.next();
    await isPending(next, 5);
    await open.return?.();
    await next;
    const stopping = store.stopped(id, epoch, { signal });
    await isPending(stopping, 5);
    await store.stop(id, "enough");
    await settled("stopped", stopping);
    await store.append(id, epoch, entriesAfter(3, 1), { end: true });
    const all = store.read(id, 0, { signal })[Symbol.asyncIterator]();
    while ((await all.next()).done !== true);
    await isPending(Promise.resolve(), 5);
    expectEqual("number of listeners that are left", counting.listeners, 0);
  },

  "refuses to read what is missing": async ({ store, id }) => {
    await expectRefused("A read of a missing stream", "gone", readToEnd(store, id));
  },

  "tells when a reader was last there": async (world) => {
    const { store, other, id, pass } = world;
    await begin(world);
    await other.attend(id);
    const { unreadFor } = await store.status(id);
    expectTrue("unreadFor must be small at once", unreadFor >= 0 && unreadFor < 10_000);
    await pass(LAPSE);
    const later = (await store.status(id)).unreadFor;
    expectTrue("unreadFor must grow", later >= unreadFor + LAPSE / 2);
    await store.attend(`${id}-missing`);
    expectEqual(
      "state of what was only attended",
      (await store.status(`${id}-missing`)).state,
      "missing",
    );
  },

  "refuses what was trimmed": async (world) => {
    const { store, other, id, trim } = world;
    if (trim === undefined) return;
    const { epoch } = await begin(world);
    await store.append(id, epoch, entriesAfter(0, 10));
    const slow = other.read(id, 0)[Symbol.asyncIterator]();
    await trim(id, 6);
    const { oldest, tail } = await other.status(id);
    expectEqual("what is left", { oldest, tail }, { oldest: 6, tail: 10 });
    await expectRefused("A read of what was trimmed", "gone", slow.next());
    await expectRefused("A read of what was trimmed", "gone", readSome(other, id, 1, 4));
    expectEqual("what is read of the rest", await readSome(other, id, 5, 5), entriesAfter(5, 5));
  },
};

/** What was read, without what a store may have beside it. */
function plain({ done, value }: IteratorResult<readonly StoredEntry[], unknown>): StoredEntry[] {
  return done === true ? [] : value.map(({ seq, text }) => ({ seq, text }));
}

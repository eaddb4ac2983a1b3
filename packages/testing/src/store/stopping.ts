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
  unlessLate,
} from "./world.ts";
import type { Cases } from "./cases.ts";

const IDS = [
  "a",
  "A",
  "a:b",
  "a.b",
  "a/b",
  "a b",
  "a*",
  "a>",
  "{a}",
  "a%b",
  "ä",
  "日",
  "a\nb",
  "-",
  "0",
];

/** Wishes to stop, and streams that are forgotten. */
export const stopping: Cases = {
  "tells the producer of a wish to stop, from anywhere": async (world) => {
    const { store, other, id } = world;
    const { epoch } = await begin(world);
    const stopped = store.stopped(id, epoch);
    expectTrue("stopped must wait", await isPending(stopped));
    expectEqual("stop of a live stream", await other.stop(id, "Enough. 🛑"), true);
    const what = "stopped must resolve when somebody asks to stop";
    expectEqual("the reason", await promptly(what, stopped), "Enough. 🛑");
    await store.append(id, epoch, entriesAfter(0, 1), { end: true });
  },

  "tells of a wish that came before anybody listened": async (world) => {
    const { store, other, id } = world;
    const { epoch } = await begin(world);
    expectEqual("stop of a live stream", await other.stop(id), true);
    expectEqual("the reason", await promptly("stopped must resolve", store.stopped(id, epoch)), "");
  },

  "tells who takes over of a wish that the dead one did not hear": async (world) => {
    const { store, other, id, pass } = world;
    await begin(world, DYING);
    await other.stop(id, "before");
    await pass(LAPSE);
    expectEqual("stop of an orphan", await other.stop(id, "after"), true);
    const { epoch } = (await other.acquire(id, LASTING))!;
    const reason = await promptly("stopped must resolve", other.stopped(id, epoch));
    expectTrue("The reason must be one that was given", reason === "before" || reason === "after");
    await promptly("stopped of an old epoch must settle", store.stopped(id, epoch));
  },

  "has nothing to stop where nothing is produced": async (world) => {
    const { store, other, id } = world;
    expectEqual("stop of a missing stream", await store.stop(id), false);
    expectEqual("state after that", (await store.status(id)).state, "missing");
    const { epoch } = await begin(world);
    await store.append(id, epoch, entriesAfter(0, 1), { end: true });
    expectEqual("stop of an ended stream", await other.stop(id), false);
    const stopped = await promptly("stopped of an ended stream", store.stopped(id, epoch));
    expectEqual("stopped of an ended stream", stopped, undefined);
  },

  "listens no more when the signal aborts": async (world) => {
    const { store, id } = world;
    const { epoch } = await begin(world);
    for (const moment of [undefined, 0, 5, 50]) {
      const controller = new AbortController();
      if (moment === undefined) controller.abort();
      const stopped = store.stopped(id, epoch, { signal: controller.signal });
      if (moment !== undefined)
        setTimeout(() => {
          controller.abort();
        }, moment);
      expectEqual("what an abort gives", await promptly("stopped must settle", stopped), undefined);
    }
  },

  "forgets what is deleted, and refuses its producer": async (world) => {
    const { store, other, id } = world;
    const first = await begin(world);
    await store.append(id, first.epoch, entriesAfter(0, 2));
    const waiting = readToEnd(store, id, 2);
    await isPending(waiting);
    await other.attend(id);
    await other.stop(id);
    await other.delete(id);
    await expectRefused("A read of what was deleted", "gone", waiting);
    expectEqual("state", (await store.status(id)).state, "missing");
    const late = store.append(id, first.epoch, entriesAfter(2, 1));
    await expectRefused("An append to what was deleted", "fenced", late);
    const { epoch, tail } = await begin(world);
    expectEqual("tail of the new stream", tail, 0);
    expectTrue("The epoch must grow, also where the stream was deleted", epoch > first.epoch);
    const zombie = store.append(id, first.epoch, entriesAfter(0, 1));
    await expectRefused("An append to another stream of the same id", "fenced", zombie);
    expectEqual("unreadFor of the new stream", (await other.status(id)).unreadFor, Infinity);
    const stopped = store.stopped(id, epoch);
    expectTrue("A wish to stop must be forgotten with its stream", await isPending(stopped));
    await store.append(id, epoch, [{ seq: 1, text: "new" }], { end: true });
    expectEqual("what is read", await readToEnd(other, id), [{ seq: 1, text: "new" }]);
    await other.delete(id);
    await other.delete(id);
  },

  "keeps readers to their stream, though another one of its id follows at once": async (world) => {
    const { store, other, id } = world;
    const first = await begin(world);
    await store.append(id, first.epoch, entriesAfter(0, 2));
    const waiting = readToEnd(other, id, 2);
    await isPending(waiting);
    await store.delete(id);
    const { epoch } = await begin(world);
    await store.append(id, epoch, entriesAfter(0, 3), { end: true });
    await expectRefused("A read of what was deleted", "gone", waiting);
  },

  "forgets what is out of date, and not before": unlessLate(8 * LAPSE, async (world) => {
    const { store, other, id, pass } = world;
    const ttl = 4 * LAPSE;
    const first = await begin(world, { lease: DYING.lease, ttl });
    for (let tail = 0; tail < 3; tail++) {
      await pass(ttl / 2);
      await store.append(id, first.epoch, entriesAfter(tail, 1), { end: tail === 2 });
    }
    expectEqual("what is read in time", await readToEnd(other, id), entriesAfter(0, 3));
    await pass(ttl + LAPSE);
    expectEqual("state when it is out of date", (await other.status(id)).state, "missing");
    await expectRefused("A read when it is out of date", "gone", readToEnd(other, id));
    const late = store.append(id, first.epoch, entriesAfter(3, 1));
    await expectRefused("An append when it is out of date", "fenced", late);
    const second = await begin(world);
    expectEqual("tail of the new stream", second.tail, 0);
    expectTrue(
      "The epoch must grow, also where the stream was forgotten",
      second.epoch > first.epoch,
    );
    const zombie = store.append(id, first.epoch, entriesAfter(0, 1));
    await expectRefused("An append to another stream of the same id", "fenced", zombie);
  }),

  "keeps a stream for as long as its newest producer says": async (world) => {
    const { store, other, id, pass } = world;
    await begin(world, DYING);
    await pass(LAPSE);
    const { epoch } = (await other.acquire(id, { lease: DYING.lease, ttl: 2 * LAPSE }))!;
    await other.append(id, epoch, entriesAfter(0, 1), { end: true });
    await pass(3 * LAPSE);
    expectEqual("state when it is out of date", (await store.status(id)).state, "missing");
  },

  "keeps ids apart": async ({ store, other, id }) => {
    const ids = [...IDS, "x".repeat(150)].map((name) => `${name}${id}${name}`);
    const epochs = await Promise.all(
      ids.map(async (name, index) => {
        const lease = await store.acquire(name, LASTING);
        expectTrue("acquire of each id", lease?.tail === 0);
        await store.append(name, lease!.epoch, [{ seq: 1, text: `"${index}"` }]);
        return lease!.epoch;
      }),
    );
    await settled("stop", store.stop(ids[0]!));
    for (const [index, name] of ids.entries()) {
      const expected = [{ seq: 1, text: `"${index}"` }];
      expectEqual(
        `what is read of ${JSON.stringify(name)}`,
        await readSome(other, name, 1),
        expected,
      );
      const controller = new AbortController();
      const stopped = store.stopped(name, epochs[index]!, { signal: controller.signal });
      if (index > 0) {
        expectTrue("A wish to stop must not reach others", await isPending(stopped, 5));
      }
      controller.abort();
      await stopped;
    }
  },
};

import type { StoredEntry } from "@millrace/core/store";
import {
  begin,
  DYING,
  entriesAfter,
  expectEqual,
  expectRefused,
  expectTrue,
  LAPSE,
  LASTING,
  readSome,
  readToEnd,
  settled,
  unlessLate,
  type OpenWorld,
} from "./world.ts";
import type { Cases } from "./cases.ts";

const RACES = 20;

/** One producer at a time, and what it writes. */
export const producing: Cases = {
  "begins a stream with epoch 1 or more and nothing in it": async (world) => {
    const { store, other, id } = world;
    const { epoch, tail } = await begin(world);
    expectTrue("An epoch must be a whole number from 1", Number.isSafeInteger(epoch) && epoch >= 1);
    expectEqual("tail of a new stream", tail, 0);
    for (const one of [store, other]) {
      const { leaseLeft, ...rest } = await one.status(id);
      expectEqual("status of a new stream", rest, {
        state: "live",
        epoch,
        oldest: 1,
        tail: 0,
        unreadFor: Infinity,
      });
      expectTrue(
        "leaseLeft must be what is left of the lease",
        leaseLeft > LASTING.lease / 2 && leaseLeft <= LASTING.lease,
      );
    }
  },

  "refuses another producer while a lease runs, and changes nothing": async (world) => {
    const { store, other, id } = world;
    const { epoch } = await begin(world);
    expectEqual("acquire while a lease runs", await other.acquire(id, LASTING), undefined);
    expectEqual("acquire by the same", await store.acquire(id, LASTING), undefined);
    expectEqual("epoch after a refusal", (await store.status(id)).epoch, epoch);
    await store.append(id, epoch, entriesAfter(0, 1));
  },

  "lets one of many begin": async ({ store, other, id }) => {
    const leases = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        (index % 2 === 0 ? store : other).acquire(id, LASTING),
      ),
    );
    expectEqual("number of leases given", leases.filter((lease) => lease !== undefined).length, 1);
  },

  "keeps texts as they are": async (world) => {
    const { store, other, id } = world;
    const { epoch } = await begin(world);
    const texts = [
      "",
      " ",
      '{"a":"\\u0000\\ud800"}',
      "a\nb\r\nc\td",
      "日本 🎡 é e\u0301",
      "'\"`$%\\",
      "!x",
    ];
    texts.push("x".repeat(300_000));
    const entries = texts.map((text, index) => ({ seq: index + 1, text }));
    await store.append(id, epoch, entries);
    expectEqual("what is read", await readSome(other, id, texts.length), entries);
  },

  "appends many at once": async (world) => {
    const { store, other, id } = world;
    const { epoch } = await begin(world);
    const entries = entriesAfter(0, 3_000);
    await store.append(id, epoch, entries, { end: true });
    expectEqual("what is read", await readToEnd(other, id), entries);
  },

  "takes what is there already as done": async (world) => {
    const { store, id } = world;
    const { epoch } = await begin(world);
    await store.append(id, epoch, entriesAfter(0, 3));
    await store.append(id, epoch, entriesAfter(0, 3));
    await store.append(id, epoch, entriesAfter(1, 1));
    await store.append(id, epoch, entriesAfter(1, 4), { end: true });
    await store.append(id, epoch, entriesAfter(1, 4), { end: true });
    await store.append(id, epoch, entriesAfter(4, 1), { end: true });
    expectEqual("what is read", await readToEnd(store, id), entriesAfter(0, 5));
  },

  "refuses a gap, and writes nothing of it": async (world) => {
    const { store, id } = world;
    const { epoch } = await begin(world);
    await expectRefused(
      "A gap at the beginning",
      "gap",
      store.append(id, epoch, entriesAfter(1, 2)),
    );
    await store.append(id, epoch, entriesAfter(0, 2));
    await expectRefused("A gap", "gap", store.append(id, epoch, entriesAfter(3, 1)));
    const last = store.append(id, epoch, entriesAfter(3, 1), { end: true });
    await expectRefused("A gap before the end", "gap", last);
    const { state, tail } = await store.status(id);
    expectEqual("status behind refused gaps", { state, tail }, { state: "live", tail: 2 });
    expectEqual("what is read", await readSome(store, id, 2), entriesAfter(0, 2));
  },

  "appends in the order of the calls, without waiting between them": async (world) => {
    const { store, other, id } = world;
    const { epoch } = await begin(world);
    const appends: Promise<void>[] = [];
    let tail = 0;
    for (let count = 1; tail < 300; count = 1 + (count % 3)) {
      appends.push(store.append(id, epoch, entriesAfter(tail, count)));
      tail += count;
    }
    appends.push(store.append(id, epoch, entriesAfter(tail, 1), { end: true }));
    await settled("Pipelined appends", Promise.all(appends));
    expectEqual("what is read", await readToEnd(other, id), entriesAfter(0, tail + 1));
  },

  "leaves no gap behind an append that failed": async (world) => {
    const { store, id } = world;
    const { epoch } = await begin(world);
    const results = await Promise.allSettled([
      store.append(id, epoch, entriesAfter(0, 1)),
      store.append(id, epoch, entriesAfter(2, 1)),
      store.append(id, epoch, entriesAfter(3, 1)),
      store.append(id, epoch, entriesAfter(1, 1)),
    ]);
    const how = results.map(({ status }) => status);
    expectEqual("appends", how, ["fulfilled", "rejected", "rejected", "fulfilled"]);
    expectEqual("tail", (await store.status(id)).tail, 2);
  },

  "counts a producer without signs as dead": unlessLate(DYING.lease, async (world) => {
    const { store, other, id, pass } = world;
    const { epoch } = await begin(world, DYING);
    await store.append(id, epoch, entriesAfter(0, 2));
    expectEqual("state", (await store.status(id)).state, "live");
    await pass(LAPSE);
    const { state, leaseLeft, tail } = await other.status(id);
    const orphaned = { state: "orphaned", leaseLeft: 0, tail: 2 };
    expectEqual("status of an orphan", { state, leaseLeft, tail }, orphaned);
    expectEqual("what is read of an orphan", await readSome(other, id, 2), entriesAfter(0, 2));
  }),

  "counts a producer that gives signs as alive": unlessLate(10 * LAPSE, async (world) => {
    const { store, other, id, pass } = world;
    const lease = 4 * LAPSE;
    const { epoch } = await begin(world, { lease });
    for (let turn = 0; turn < 4; turn++) {
      await pass(lease / 2);
      if (turn % 2 === 0) await store.renew(id, epoch);
      else await store.append(id, epoch, entriesAfter((turn - 1) / 2, 1));
    }
    expectEqual("state", (await other.status(id)).state, "live");
    expectEqual("acquire", await other.acquire(id, LASTING), undefined);
  }),

  "counts nobody else's signs as those of the producer": async (world) => {
    const { store, other, id, pass } = world;
    const { epoch } = await begin(world, DYING);
    await store.append(id, epoch, entriesAfter(0, 1));
    await pass(LAPSE / 2);
    await other.attend(id);
    await other.status(id);
    await readSome(other, id, 1);
    await other.stop(id);
    const refused = await other.acquire(id, { ...LASTING, fresh: true });
    expectEqual("fresh acquire of what has entries", refused, undefined);
    await pass(LAPSE / 2);
    expectEqual("state", (await store.status(id)).state, "orphaned");
  },

  "lets a late producer go on, if nobody took over": unlessLate(DYING.lease, async (world) => {
    const { store, id, pass } = world;
    const { epoch } = await begin(world, DYING);
    await pass(LAPSE);
    await store.append(id, epoch, entriesAfter(0, 1));
    expectEqual("state after a late append", (await store.status(id)).state, "live");
    await pass(LAPSE);
    await store.renew(id, epoch);
    expectEqual("state after a late sign", (await store.status(id)).state, "live");
  }),

  "refuses a zombie, also before its successor has written": async (world) => {
    const { store, other, id, pass } = world;
    const first = await begin(world, DYING);
    await store.append(id, first.epoch, entriesAfter(0, 2));
    await pass(LAPSE);
    const second = await other.acquire(id, LASTING);
    expectTrue("An orphan must be given to who asks for it", second !== undefined);
    expectTrue("The epoch must grow", second!.epoch > first.epoch);
    expectEqual("tail of the lease", second!.tail, 2);
    const late = store.append(id, first.epoch, entriesAfter(2, 1));
    await expectRefused("A zombie's append", "fenced", late);
    await expectRefused("A zombie's sign", "fenced", store.renew(id, first.epoch));
    const end = store.append(id, first.epoch, entriesAfter(2, 1), { end: true });
    await expectRefused("A zombie's last entry", "fenced", end);
    await other.append(id, second!.epoch, named(2, 1, "second"), { end: true });
    await expectRefused(
      "A zombie's append",
      "fenced",
      store.append(id, first.epoch, entriesAfter(3, 1)),
    );
    const all = [...entriesAfter(0, 2), ...named(2, 1, "second")];
    expectEqual("what is read", await readToEnd(store, id), all);
  },

  "decides between a zombie and its successor, however close": async (world) => {
    const { store, other, id, pass } = world;
    for (let race = 0; race < RACES; race++) {
      await decide({ ...world, id: `${id}-${race}` }, race);
    }

    async function decide({ id }: OpenWorld, race: number): Promise<void> {
      const first = (await store.acquire(id, DYING))!;
      await store.append(id, first.epoch, entriesAfter(0, 1));
      await pass(LAPSE);
      const count = 4;
      const appending = Promise.allSettled(
        Array.from({ length: count }, (_, index) =>
          store.append(id, first.epoch, entriesAfter(1 + index, 1)),
        ),
      );
      const acquiring =
        race % 2 === 0 ? other.acquire(id, LASTING) : soon(() => other.acquire(id, LASTING));
      const [results, lease] = await settled("A race", Promise.all([appending, acquiring]));
      const done = 1 + results.filter(({ status }) => status === "fulfilled").length;
      const { tail } = lease ?? (await store.status(id)); // without a lease, the zombie was no zombie
      expectEqual("tail of the lease, when as many appends were confirmed", tail, done);
      expectEqual("what is read", await readSome(other, id, tail), entriesAfter(0, tail));
    }
  },

  "is over at the end": async (world) => {
    const { store, other, id, pass } = world;
    const { epoch } = await begin(world, DYING);
    await store.append(id, epoch, entriesAfter(0, 2), { end: true });
    const { state, tail, leaseLeft } = await other.status(id);
    const ended = { state: "ended", tail: 2, leaseLeft: 0 };
    expectEqual("status of an ended stream", { state, tail, leaseLeft }, ended);
    expectEqual("acquire of an ended stream", await other.acquire(id, LASTING), undefined);
    await expectRefused(
      "An append behind the end",
      "fenced",
      store.append(id, epoch, entriesAfter(2, 1)),
    );
    await expectRefused("A sign behind the end", "fenced", store.renew(id, epoch));
    await pass(LAPSE);
    expectEqual("state, when the lease would be over", (await store.status(id)).state, "ended");
    expectEqual(
      "acquire, when the lease would be over",
      await store.acquire(id, LASTING),
      undefined,
    );
  },

  "gives what is fresh only where nothing was written": async (world) => {
    const { store, other, id, pass } = world;
    const fresh = { fresh: true };
    const first = await begin(world, { ...DYING, ...fresh });
    await pass(LAPSE);
    const second = await other.acquire(id, { ...DYING, ...fresh });
    expectTrue("An empty orphan must count as fresh", second !== undefined);
    await other.append(id, second!.epoch, entriesAfter(0, 1));
    await pass(LAPSE);
    expectEqual(
      "fresh acquire of an orphan",
      await store.acquire(id, { ...LASTING, ...fresh }),
      undefined,
    );
    await other.append(id, second!.epoch, entriesAfter(1, 1)); // the refusal has changed nothing
    await expectRefused(
      "A zombie's append",
      "fenced",
      store.append(id, first.epoch, entriesAfter(2, 1)),
    );
  },
};

function named(tail: number, count: number, name: string): StoredEntry[] {
  return entriesAfter(tail, count).map(({ seq }) => ({ seq, text: `"${name} ${seq}"` }));
}

async function soon<T>(work: () => Promise<T>): Promise<T> {
  await Promise.resolve();
  return work();
}

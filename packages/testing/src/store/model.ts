import { isStoreError, type StoredStatus } from "@millrace/core/store";
import * as fc from "fast-check";
import {
  DYING,
  entriesAfter,
  expectEqual,
  expectTrue,
  LAPSE,
  LASTING,
  readSome,
  settled,
  type OpenWorld,
} from "./world.ts";

/** What somebody does to a stream, here or there. */
type Step =
  | { type: "acquire"; dying: boolean; fresh: boolean }
  | { type: "append"; producer: number; from: number; count: number; end: boolean }
  | { type: "renew"; producer: number }
  | { type: "stop" }
  | { type: "delete" };

interface Move {
  step: Step;
  there: boolean;
}

/** What a store should know of the stream. */
interface Model {
  state: StoredStatus["state"];
  epoch: number;
  tail: number;
  stopped: boolean;
  /** The newest producer's lease is soon over, each time. */
  dying: boolean;
}

const MISSING: Model = { state: "missing", epoch: 0, tail: 0, stopped: false, dying: false };

export interface ModelOptions {
  runs: number;
  seed?: number | undefined;
}

/** Does to a store what it may be done, in any order, and compares it with a model all along. */
export async function followsModel(world: OpenWorld, { runs, seed }: ModelOptions): Promise<void> {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(moves(), (all) => play({ ...world, id: `${world.id}-${run++}` }, all)),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}

function moves(): fc.Arbitrary<Move[]> {
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant("acquire" as const),
        dying: fc.boolean(),
        fresh: fc.boolean(),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant("append" as const),
        producer: fc.nat({ max: 2 }), // the newest, the one before, …
        from: fc.constantFrom(0, 0, 0, -1, -2, 1), // from the entry behind the tail, or another
        count: fc.integer({ min: 1, max: 3 }),
        end: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant("renew" as const), producer: fc.nat({ max: 2 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ type: "stop" as const }) },
    { weight: 1, arbitrary: fc.constant({ type: "delete" as const }) },
  );
  return fc.array(fc.record({ step, there: fc.boolean() }), {
    maxLength: 20,
  });
}

async function play(world: OpenWorld, all: readonly Move[]): Promise<void> {
  const { store, other, id, pass } = world;
  const epochs: number[] = []; // of all producers, the newest first
  let model = MISSING;

  for (const { step, there } of all) {
    const where = there ? other : store;
    switch (step.type) {
      case "acquire": {
        const { state, tail } = model;
        const isFree = state === "missing" || state === "orphaned";
        const given = isFree && !(step.fresh && tail > 0);
        const options = { ...(step.dying ? DYING : LASTING), fresh: step.fresh };
        const lease = await settled("acquire", where.acquire(id, options));
        expectEqual("tail of the lease", lease?.tail, given ? tail : undefined);
        if (lease === undefined) break;
        expectTrue("The epoch must grow", lease.epoch > (epochs[0] ?? 0));
        epochs.unshift(lease.epoch);
        model = { ...model, epoch: lease.epoch, ...(await live(step.dying)) };
        break;
      }
      case "append": {
        const epoch = epochs[step.producer] ?? 0;
        const first = Math.max(1, model.tail + 1 + step.from);
        const last = first + step.count - 1;
        const entries = entriesAfter(first - 1, step.count);
        const end = step.end && step.count === 3;
        const refusal = refusalOf(epoch, first, last);
        expectEqual("append", await outcome(where.append(id, epoch, entries, { end })), refusal);
        if (refusal !== undefined || model.state === "ended") break;
        const tail = Math.max(model.tail, last);
        // What is there already says nothing of the end, but as the last entries of a stream.
        if (end && last === tail) model = { ...model, tail, state: "ended" };
        else model = { ...model, tail, ...(await live(model.dying)) };
        break;
      }
      case "renew": {
        const epoch = epochs[step.producer] ?? 0;
        const isOver = model.state === "missing" || model.state === "ended";
        const refusal = isOver || epoch !== model.epoch ? "fenced" : undefined;
        expectEqual("renew", await outcome(where.renew(id, epoch)), refusal);
        if (refusal === undefined) model = { ...model, ...(await live(model.dying)) };
        break;
      }
      case "stop": {
        const isThere = model.state === "live" || model.state === "orphaned";
        expectEqual("stop", await settled("stop", where.stop(id, "enough")), isThere);
        model = { ...model, stopped: model.stopped || isThere };
        break;
      }
      case "delete":
        await settled("delete", where.delete(id));
        model = MISSING;
        break;
    }
    await compare(there);
  }

  /** A sign of life; where the lease is soon over, it is over before anything else happens. */
  async function live(dying: boolean): Promise<Pick<Model, "state" | "dying">> {
    if (dying) await pass(LAPSE);
    return { dying, state: dying ? "orphaned" : "live" };
  }

  function refusalOf(epoch: number, first: number, last: number): string | undefined {
    if (model.state === "missing" || epoch !== model.epoch) return "fenced";
    if (model.state === "ended") return last > model.tail ? "fenced" : undefined;
    return first > model.tail + 1 ? "gap" : undefined;
  }

  async function compare(there: boolean): Promise<void> {
    const { state, epoch, tail, stopped } = model;
    const where = there ? store : other; // the other one
    const found = await settled("status", where.status(id));
    expectEqual(
      "status",
      { state: found.state, epoch: found.epoch, tail: found.tail },
      { state, epoch, tail },
    );
    expectEqual("what is read", await readSome(where, id, tail), entriesAfter(0, tail));
    if (!stopped || state === "missing" || state === "ended") return;
    expectEqual("stopped", await settled("stopped", where.stopped(id, epoch)), "enough");
  }
}

async function outcome(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await settled("A call", promise);
    return undefined;
  } catch (error) {
    if (isStoreError(error)) return error.code;
    throw error;
  }
}

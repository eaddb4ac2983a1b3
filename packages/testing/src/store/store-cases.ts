import { followsModel } from "./model.ts";
import { producing } from "./producing.ts";
import { reading } from "./reading.ts";
import { stopping } from "./stopping.ts";
import type { OpenWorld, StoreWorld } from "./world.ts";

const MODEL_RUNS = 100;

export interface StoreCasesOptions {
  /** Sequences of calls that are compared with a model. Default 100. */
  runs?: number | undefined;
  /** Of these sequences, to see one again that failed. */
  seed?: number | undefined;
}

/** Something that a store must do. */
export interface StoreCase {
  /** What it must do, to be read behind the name of the store. */
  name: string;
  /** Opens a world, and rejects where the store does something else. */
  run(this: void): Promise<void>;
}

/**
 * What a store of resumable streams must do, as a list of cases to hand to any test runner.
 *
 * - **In:** what opens a store, and the same data as another process sees them; a world is opened for
 *   each case, and may be on data that others have used: no id is used twice.
 * - **Time:** leases of a quarter of a second run out while `pass` waits; a store with a clock of its
 *   own to set needs no waiting. What must happen promptly must happen within a second and a half. A
 *   case that fails where its leases ran out on a busy machine is tried again, up to five times in all.
 * - **Errors:** a case rejects with a sentence that says what should have been; the last one, sequences of
 *   calls beside a model, with the seed and the shortest sequence that fails.
 *
 * @example
 * ```ts
 * import { memoryStore } from "@millrace/resume";
 * import { fakeClock } from "@millrace/testing";
 * import { storeCases } from "@millrace/testing/store";
 *
 * const cases = storeCases(() => {
 *   const clock = fakeClock();
 *   return { store: memoryStore({ clock }), pass: clock.advance };
 * });
 * for (const { run } of cases) await run(); // or: test(name, run)
 * cases[0]!.name; // => "begins a stream with epoch 1 or more and nothing in it"
 * ```
 */
export function storeCases(
  open: () => StoreWorld | Promise<StoreWorld>,
  { runs = MODEL_RUNS, seed }: StoreCasesOptions = {},
): StoreCase[] {
  const all = {
    ...producing,
    ...reading,
    ...stopping,
    "does what a model does": (world: OpenWorld) => followsModel(world, { runs, seed }),
  };
  return Object.entries(all).map(([name, verify]) => ({
    name,
    async run() {
      const world = await open();
      try {
        const { store, other = store, pass = wait, trim } = world;
        await verify({ store, other, pass, trim, id: `case-${crypto.randomUUID()}` });
      } finally {
        await world.close?.();
      }
    },
  }));
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

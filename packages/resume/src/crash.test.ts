import { afterAll, beforeAll, describe, test } from "vitest";
import { crashRun } from "./crash-run.fixture.ts";
import { REAL_STORES, type StorePlace } from "./real-stores.fixture.ts";

// `npm run crash` asks for 500 runs a store; MILLRACE_SEED=<n> begins with the seed of a run that failed.
const RUNS = Number(process.env["MILLRACE_CRASHES"] ?? 5);
const FIRST = Number(process.env["MILLRACE_SEED"] ?? Math.floor(Math.random() * 1_000_000));
const AT_ONCE = 8;

describe.each(Object.entries(REAL_STORES))("%s", (_, { missing, start }) => {
  if (missing !== undefined) console.warn(missing);

  describe.skipIf(missing !== undefined)("through crashes, zombies, cuts and stops", () => {
    let place: StorePlace;
    beforeAll(async () => {
      place = await start();
    });
    afterAll(() => place.close());

    test(
      `gives every reader a prefix of the truth, ${RUNS} times from seed ${FIRST} on`,
      async () => {
        const seeds = Array.from({ length: RUNS }, (_, index) => FIRST + index);
        const failures: unknown[] = [];
        const runSome = async () => {
          for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
            await crashRun(place, seed).catch((error: unknown) => failures.push(error));
          }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, runSome));
        if (failures.length > 0)
          throw new AggregateError(failures, failures.map(String).join("\n"));
      },
      60_000 + RUNS * 5_000,
    );
  });
});

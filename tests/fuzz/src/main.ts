// Tries hostile input on every stage, one target after the other, until the time is over:
//
//   npm run fuzz -- --minutes 10            the default
//   npm run fuzz -- --seed 7 --only tags    the same again, and only targets that have a word in their name
//
// What it finds it prints as a line for a file in found/, which every test tries again from then on.
import { parseArgs } from "node:util";
import * as fc from "fast-check";
import { writeFound } from "./found.ts";
import type { AnyInput, AnyTarget } from "./target.ts";
import { targets } from "./targets/index.ts";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    only: { type: "string", default: "" },
  },
});
/** Milliseconds that a target has at a time, and those for what is slow of it. */
const TURNS = [1_500, 300];

const until = Date.now() + Number(options.minutes) * 60_000;
let seed = Number(options.seed);
const chosen = targets.filter(({ name }) => name.includes(options.only));
const failed = new Set<string>();
const tried = new Map<string, number>();
console.log(`${chosen.length} targets, seed ${seed}`);

while (Date.now() < until && failed.size < chosen.length) {
  for (const target of chosen) {
    if (failed.has(target.name) || Date.now() >= until) continue;
    await attack(target);
  }
  seed = (seed + 1) % 2 ** 31;
}

async function attack({ name, input, checks }: AnyTarget): Promise<void> {
  for (const [index, check] of checks.entries()) {
    const details = await fc.check(fc.asyncProperty(input, check), {
      seed,
      numRuns: 1_000_000,
      plugins: [fc.interruptAfterTimeLimit(TURNS[index] ?? TURNS[0]!)],
    });
    tried.set(name, (tried.get(name) ?? 0) + details.numRuns);
    if (details.counterexample === null) continue;
    failed.add(name);
    const [found] = details.counterexample as [AnyInput];
    console.log(`\n${name} (seed ${details.seed}): ${String(details.errorInstance)}`);
    console.log(writeFound({ target: name, input: found }));
    return;
  }
}

for (const [name, runs] of tried) console.log(`${String(runs).padStart(9)}  ${name}`);
if (failed.size > 0) process.exitCode = 1;

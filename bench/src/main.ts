// `npm run bench -- [options]`: measures every row, each in a process of its own, so that what one
// row taught the compiler does not count for the next.
import { fork } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { MemoryResult } from "../memory/figures.ts";
import { measureMemory } from "../memory/measure.ts";
import { MEMORY_ROWS } from "../memory/rows.ts";
import { profileOf } from "./profile.ts";
import type { Result } from "./ratio.ts";
import { keepResult, titleOf } from "./report.ts";
import type { Answer, Order } from "./row.ts";
import { findRows } from "./rows.ts";
import { memoryTableOf, tableOf } from "./table.ts";

const USAGE = `npm run bench -- [options]

  --only <words>       rows whose "workload · row" contains these words (may be given often)
  --list               only list the rows
  --rounds <n>         rounds a row (15)
  --batch <ms>         how long a contender runs in a round (20)
  --processes <n>      processes a contender whose memory is measured (5)
  --json <file>        keeps results in this file, instead of what it says of the same rows
  --built              our packages as they are published (run the build first), not as sources
  --profile <words>    no ratios: where the contenders with these words in their names spend time
`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    list: { type: "boolean", default: false },
    rounds: { type: "string", default: "15" },
    batch: { type: "string", default: "20" },
    processes: { type: "string", default: "5" },
    json: { type: "string" },
    built: { type: "boolean", default: false }, // for run.mjs
    profile: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(USAGE);
else await main();

async function main(): Promise<void> {
  const rows = (await findRows()).filter(({ workload, row }) =>
    isWanted(titleOf({ workload, row: row.name })),
  );
  const memoryRows = Object.keys(MEMORY_ROWS).filter((row) => isWanted(titleOf({ row })));
  if (values.list) {
    for (const { workload, row } of rows) console.log(titleOf({ workload, row: row.name }));
    for (const row of memoryRows) console.log(titleOf({ row }));
    return;
  }
  for (const { workload, row } of rows) {
    const batchMs = Number(values.batch);
    const effort = { rounds: Number(values.rounds), batchMs, warmUpMs: 10 * batchMs };
    const order = { workload, row: row.name, effort, profile: values.profile };
    const answer = await runRow(order).catch(tellFailure);
    if (answer === undefined) continue;
    if ("profiles" in answer) {
      for (const profile of answer.profiles) console.log(profileOf(profile));
    } else {
      console.log(tableOf(answer));
      keep(answer);
    }
  }
  if (values.profile !== undefined) return;
  for (const row of memoryRows) {
    const result = await measureMemory(row, Number(values.processes));
    console.log(memoryTableOf(result));
    keep(result);
  }
}

/** The rows behind it are measured all the same. */
function tellFailure(error: Error): undefined {
  console.error(error.message);
  process.exitCode = 1;
}

function isWanted(title: string): boolean {
  return values.only.length === 0 || values.only.some((words) => title.includes(words));
}

function keep(result: Result | MemoryResult): void {
  if (values.json === undefined) return;
  // From where `npm run` was started, which starts this elsewhere.
  keepResult(resolve(process.env["INIT_CWD"] ?? "", values.json), result);
}

function runRow(order: Order): Promise<Answer> {
  // It inherits this process's flags: run.mjs has seen to --built and --expose-gc.
  const child = fork(fileURLToPath(new URL("row.ts", import.meta.url)));
  return new Promise((resolve, reject) => {
    child.once("message", (answer) => {
      resolve(answer as Answer);
    });
    child.once("exit", (code) => {
      reject(new Error(`${order.workload} · ${order.row} gave no result (exit ${String(code)})`));
    });
    child.send(order);
  });
}

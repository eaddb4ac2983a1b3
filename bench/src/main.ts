// `npm run bench -- [options]`: measures every row, each in a process of its own, so that what one
// row taught the compiler does not count for the next.
import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { profileOf } from "./profile.ts";
import type { Result } from "./ratio.ts";
import type { Answer, Order } from "./row.ts";
import { findRows } from "./rows.ts";
import { tableOf } from "./table.ts";

const USAGE = `npm run bench -- [options]

  --only <words>       rows whose "workload · row" contains these words (may be given often)
  --list               only list the rows
  --rounds <n>         rounds a row (15)
  --batch <ms>         how long a contender runs in a round (20)
  --built              our packages as they are published (run the build first), not as sources
  --profile <words>    no ratios: where the contenders with these words in their names spend time
`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    list: { type: "boolean", default: false },
    rounds: { type: "string", default: "15" },
    batch: { type: "string", default: "20" },
    built: { type: "boolean", default: false }, // for run.mjs
    profile: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(USAGE);
else await main();

async function main(): Promise<void> {
  const rows = (await findRows()).filter(({ workload, row }) => {
    const title = `${workload} · ${row.name}`;
    return values.only.length === 0 || values.only.some((words) => title.includes(words));
  });
  const results: Result[] = [];
  for (const { workload, row } of rows) {
    if (values.list) {
      console.log(`${workload} · ${row.name}`);
      continue;
    }
    const batchMs = Number(values.batch);
    const effort = { rounds: Number(values.rounds), batchMs, warmUpMs: 10 * batchMs };
    const answer = await runRow({ workload, row: row.name, effort, profile: values.profile });
    if ("profiles" in answer) {
      for (const profile of answer.profiles) console.log(profileOf(profile));
    } else {
      results.push(answer);
      console.log(tableOf(answer));
    }
  }
  if (results.length > 0) save(results);
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

function save(results: Result[]): void {
  const folder = new URL("../results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const workload of new Set(results.map((result) => result.workload))) {
    const rows = results.filter((result) => result.workload === workload);
    const report = { node: process.version, platform: `${process.platform}-${process.arch}`, rows };
    writeFileSync(new URL(`${workload}.json`, folder), `${JSON.stringify(report, undefined, 2)}\n`);
  }
}

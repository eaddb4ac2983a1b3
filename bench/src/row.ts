// Measures one row, in a process of its own.
import { measure, type Effort } from "./measure.ts";
import { record, type Recording } from "./profile.ts";
import { resultOf, type Result } from "./ratio.ts";
import { findRows } from "./rows.ts";

export interface Order {
  workload: string;
  row: string;
  effort: Effort;
  /** Profile the contenders with this in their names, and measure nothing. */
  profile?: string | undefined;
}

export type Answer = Result | { profiles: Recording[] };

process.once("message", (order) => {
  void answer(order as Order).then((found) => process.send!(found, () => process.disconnect()));
});

async function answer({ workload, row: name, effort, profile }: Order): Promise<Answer> {
  const found = (await findRows()).find(
    (one) => one.workload === workload && one.row.name === name,
  );
  if (found === undefined) throw new Error(`There is no row ${workload} · ${name}`);
  const contenders = await found.row.prepare(found.row.size);
  if (profile === undefined) {
    return resultOf(workload, name, await measure(found.row, contenders, effort));
  }
  const profiles: Recording[] = [];
  for (const contender of contenders) {
    if (contender.name.includes(profile)) profiles.push(await record(contender));
  }
  return { profiles };
}

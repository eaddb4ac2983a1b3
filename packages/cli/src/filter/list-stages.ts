import { columns } from "../columns.ts";
import { EXIT } from "../failure.ts";
import type { Host } from "../host.ts";
import { paintFor, type Paint } from "../paint.ts";
import { readOptions } from "../read-options.ts";
import { toJson } from "../to-json.ts";
import type { StageRow } from "./stage-row.ts";
import { STAGES } from "./stages.ts";

export const STAGES_HELP = `
Usage
  millrace stages [--json]

Stages are named in the order in which data goes through them, each with its
arguments and options behind it. What one gives, the next must take. Bytes come
in, and are decoded where text is taken; units and lines are text.

Text is printed as it comes, units one a line, everything else as one JSON value
a line. --json makes JSON of text and units too; -0, or --null, ends units by
NUL and cuts off no spaces, for xargs -0; -q, or --quiet, gives no hints.

In texts \\n, \\t, \\r and \\\\ are what they are in code. Between slashes stands a
regular expression.
`;

const ANY = 4; // kinds that are as good as all

/** Prints the table of stages. */
export async function listStages(args: readonly string[], { stdout }: Host): Promise<number> {
  const { values } = readOptions("stages", args, { json: { type: "boolean" } }, false);
  const rows = Object.entries(STAGES);
  const json = rows.map(([name, { takes, gives, usage, says }]) =>
    toJson({ name, takes, gives, usage, says }),
  );
  const lines = values.json === true ? json : listed(rows, paintFor(stdout));
  await stdout.write(`${lines.join("\n")}\n`);
  return EXIT.fine;
}

/** Stages side by side that take and give the same stand under one heading. */
function listed(rows: [string, StageRow][], { bold }: Paint): string[] {
  const widest = Math.max(...rows.map(([name]) => name.length));
  let heading = "";
  return rows.flatMap(([name, row]) => {
    const line = columns([[name.padEnd(widest), row.says]]);
    const before = heading;
    heading = headingOf(row);
    return before === heading ? [line] : [...(before === "" ? [] : [""]), bold(heading), line];
  });
}

function headingOf({ takes, gives }: StageRow): string {
  const taken = takes.length >= ANY ? "any items" : takes.join(" or ");
  return `${taken} -> ${gives === "same" ? "the same" : gives}`;
}

import { columns } from "../columns.ts";
import { EXIT } from "../failure.ts";
import type { Host } from "../host.ts";
import { readOptions } from "../read-options.ts";
import { toJson } from "../to-json.ts";
import { STAGES } from "./stages.ts";

export const STAGES_HELP = `
Usage
  millrace stages [--json]

Stages are named in the order in which data goes through them, each with its options behind it. What one
gives, the next must take: bytes come in; units and lines are text; bytes are decoded where text is taken.

Text is printed as it comes, units one a line, everything else as one JSON value a line. --json makes JSON
of text and units too; -0, or --null, ends units by NUL, untrimmed, for xargs -0.

In texts \\n, \\t, \\r and \\\\ are what they are in code; between slashes stands a regular expression.
`;

/** Prints the table of stages. */
export async function listStages(args: readonly string[], { stdout }: Host): Promise<number> {
  const { values } = readOptions("stages", args, { json: { type: "boolean" } });
  const rows = Object.entries(STAGES);
  await stdout.write(
    values.json === true
      ? rows
          .map(([name, { takes, gives, usage, says }]) =>
            toJson({ name, takes, gives, usage, says }),
          )
          .map((line) => `${line}\n`)
          .join("")
      : `${columns(
          [
            ["STAGE", "TAKES", "GIVES", ""],
            ...rows.map(([name, { takes, gives, says }]) => [name, takes.join(", "), gives, says]),
          ],
          "",
        )}\n`,
  );
  return EXIT.fine;
}

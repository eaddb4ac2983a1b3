import { isStageError } from "@millrace/core";
import { EXIT, Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { say } from "../say.ts";
import { printAll } from "../print-all.ts";
import { connect } from "./connect.ts";
import { planStages } from "./plan.ts";

/** Options of the whole filter, which may stand anywhere. */
const COMMON = ["json", "null", "quiet"];

/** Runs what comes in through the stages that are named, and prints what comes out. */
export async function filter(args: readonly string[], host: Host): Promise<number> {
  const { stdin, stdout, signal } = host;
  const plan = planStages(args, COMMON);
  if (host.typed && !plan.common.has("quiet")) {
    await say(host, "Reading from the terminal; Ctrl-D ends it.\n");
  }
  let failure: string | undefined;
  const bytes = connect(stdin, plan, {
    json: plan.common.has("json"),
    nul: plan.common.has("null"),
    terminal: stdout.isTerminal,
    onFailure(what) {
      failure = what;
    },
  });
  try {
    // Text that ends without a line end leaves the prompt behind it; in a file it stays as it is.
    await printAll(bytes, stdout, { signal, endLine: stdout.isTerminal });
  } catch (error) {
    if (isStageError(error)) throw new Failure(error.message, EXIT.broken, { cause: error });
    throw error;
  }
  if (failure !== undefined) throw new Failure(failure, EXIT.broken);
  return EXIT.fine;
}

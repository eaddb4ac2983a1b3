import { ask } from "./ask/ask.ts";
import { ASK_HELP } from "./ask/help.ts";
import type { Host } from "./host.ts";
import { INSPECT_HELP } from "./inspect/help.ts";
import { inspect } from "./inspect/inspect.ts";
import { listProviders, PROVIDERS_HELP } from "./ask/list-providers.ts";
import { listStages, STAGES_HELP } from "./filter/list-stages.ts";
import { REPLAY_HELP } from "./replay/help.ts";
import { replay } from "./replay/replay.ts";

export interface Command {
  readonly says: string;
  /** Its own page, from the usage on. */
  readonly help: string;
  readonly run: (args: readonly string[], host: Host) => Promise<number>;
}

/** The commands beside the filter, whose first word is a stage. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  ask: { says: "ask a model, and see the answer as it comes", help: ASK_HELP, run: ask },
  inspect: {
    says: "look at a recorded stream: events, parts, gaps, defects",
    help: INSPECT_HELP,
    run: inspect,
  },
  replay: {
    says: "serve a recorded answer over HTTP, at its pace, cut and broken",
    help: REPLAY_HELP,
    run: replay,
  },
  stages: { says: "list the stages", help: STAGES_HELP, run: listStages },
  providers: {
    says: "list the providers, and where their keys are read",
    help: PROVIDERS_HELP,
    run: listProviders,
  },
};

import { decodeText, encodeText, fuse, map, pipe, type Stage } from "@millrace/core";
import type { Operator } from "@millrace/flow";
import { encodeSse } from "@millrace/sse";
import { toJson } from "../to-json.ts";
import { visible } from "../visible.ts";
import { watchParts } from "../watch-parts.ts";
import type { Kind } from "./kind.ts";
import type { Plan } from "./plan.ts";
import type { AnyStage } from "./stage-row.ts";
import { together } from "./together.ts";

export interface PrintOptions {
  /** Every output as JSON, one a line. */
  json: boolean;
  /** Units are ended by NUL, and nothing of them is cut off. */
  nul: boolean;
  /** The output is a terminal, which control characters could make do things. */
  terminal: boolean;
  /** Told of an answer that is not whole. */
  onFailure: (what: string) => void;
}

/** Runs bytes through the stages of a plan, as bytes to be printed. */
export function connect(
  source: AsyncIterable<Uint8Array>,
  plan: Plan,
  options: PrintOptions,
): ReadableStream<Uint8Array> {
  const stages: AnyStage[] = [];
  for (const { stage, kind, row } of plan.steps) {
    // Bytes are decoded before the first stage that takes them as text; framings take bytes.
    if (stages.length === 0 && kind === "text") stages.push(decodeText());
    stages.push(stage);
    if (row.gives === "parts" && kind !== "parts") stages.push(watchParts(options.onFailure));
  }
  stages.push(printed(plan, options));

  let from: AsyncIterable<unknown> = source;
  let run: AnyRun | undefined; // stages side by side are one hop
  for (const next of stages as (AnyRun | Operator<unknown, unknown>)[]) {
    if ("start" in next) run = run === undefined ? next : fuse(run, next);
    else {
      const stream = run === undefined ? pipe(from) : pipe(from, run);
      from = stream.pipeThrough(next);
      run = undefined;
    }
  }
  const texts = together(run as Stage<unknown, string>);
  const { terminal } = options;
  const shown = map((text: string) => (terminal ? visible(text) : text));
  return pipe(from, texts, shown, encodeText());
}

type AnyRun = Stage<unknown, unknown>;

/** The stage that makes text of what comes last. */
function printed(plan: Plan, options: PrintOptions): AnyStage {
  return plan.gives === "messages" && !options.json ? encodeSse() : map(textOf(plan, options));
}

function textOf({ gives, steps }: Plan, { json, nul }: PrintOptions): (output: unknown) => string {
  const own = steps.at(-1)?.row.print as ((output: unknown) => string) | undefined;
  if (json || (own === undefined && !isText(gives))) return (output) => `${toJson(output)}\n`;
  if (gives === "text") return String;
  if (nul) return (unit) => `${own === undefined ? String(unit) : own(unit)}\0`;
  return own ?? ((unit) => `${String(unit).trimEnd()}\n`);
}

function isText(kind: Kind): boolean {
  return kind === "text" || kind === "units" || kind === "lines";
}

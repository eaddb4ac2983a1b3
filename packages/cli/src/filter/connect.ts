import { decodeText, encodeText, fuse, map, pipe, type Stage } from "@millrace/core";
import { encodeSse } from "@millrace/sse";
import { toJson } from "../to-json.ts";
import { visible } from "../visible.ts";
import type { Kind } from "./kind.ts";
import type { Plan } from "./plan.ts";
import type { AnyStage } from "./stage-row.ts";

export interface PrintOptions {
  /** Every output as JSON, one a line. */
  json: boolean;
  /** Units are ended by NUL, and nothing of them is cut off. */
  nul: boolean;
  /** The output is a terminal, which control characters could make do things. */
  terminal: boolean;
}

/** Runs bytes through the stages of a plan, as bytes to be printed. */
export function connect(
  source: AsyncIterable<Uint8Array>,
  plan: Plan,
  options: PrintOptions,
): ReadableStream<Uint8Array> {
  const stages: AnyStage[] = [];
  for (const { stage, kind } of plan.steps) {
    // Bytes are decoded before the first stage that takes them as text; framings take bytes.
    if (stages.length === 0 && kind === "text") stages.push(decodeText());
    stages.push(stage);
  }
  const printed = printing(plan, options);
  if (printed !== undefined) stages.push(printed);

  let stream: ReadableStream<unknown> | undefined;
  let run: Stage<unknown, unknown> | undefined; // stages side by side are one hop
  const close = (): ReadableStream<unknown> => {
    const from = (stream ?? source) as AsyncIterable<unknown>;
    return run === undefined ? pipe(from) : pipe(from, run);
  };
  for (const next of stages as (Stage<unknown, unknown> | ReadableWritablePair<unknown>)[]) {
    if ("start" in next) run = run === undefined ? next : fuse(run, next);
    else {
      stream = close().pipeThrough(next);
      run = undefined;
    }
  }
  return close() as ReadableStream<Uint8Array>;
}

/** The stage that makes bytes of what comes last; none if they are bytes already. */
function printing(plan: Plan, options: PrintOptions): AnyStage | undefined {
  if (plan.gives === "bytes") return undefined;
  const { json, terminal } = options;
  const safe = map((text: string) => (terminal ? visible(text) : text));
  if (plan.gives === "messages" && !json) return fuse(encodeSse(), safe, encodeText());
  const print = map(textOf(plan, options));
  return fuse(print, safe, encodeText());
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

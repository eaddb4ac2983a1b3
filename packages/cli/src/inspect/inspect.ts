import { EXIT, Failure, usageFailure } from "../failure.ts";
import type { Host } from "../host.ts";
import { paintFor } from "../paint.ts";
import { readNumber, readOptions } from "../read-options.ts";
import { say } from "../say.ts";
import { toJson } from "../to-json.ts";
import { visible } from "../visible.ts";
import { chunksOfFile, chunksOfInput, type Chunk } from "./chunks.ts";
import { examine, type ExamineOptions } from "./examine.ts";
import { FORMATS } from "./formats.ts";
import { FRAMINGS } from "./framings.ts";
import { openLines } from "./lines-out.ts";
import type { Defect, Found, Report } from "./report.ts";
import { summaryLines } from "./summary.ts";
import { openTimeline } from "./timeline.ts";

const OPTIONS = {
  framing: { type: "string" },
  format: { type: "string" },
  all: { type: "boolean" },
  summary: { type: "boolean" },
  gap: { type: "string" },
  timing: { type: "string" },
  save: { type: "string" },
  json: { type: "boolean" },
} as const;

const DEFAULT_GAP = 1_000;
const MOST_REMEMBERED = 1_000; // defects

interface View {
  all: boolean;
  summary: boolean;
  json: boolean;
}

/** Shows what is in recorded streams. */
export async function inspect(args: readonly string[], host: Host): Promise<number> {
  const { values, positionals: files } = readOptions("inspect", args, OPTIONS);
  const { timing, save, all = false, summary = false, json = false } = values;
  if (files.length === 0) throw usageFailure("Name a file, or - for what comes in on stdin.");
  if (timing !== undefined && files.length > 1) throw usageFailure("--timing is for one file.");
  if (save !== undefined && (files.length > 1 || files[0] !== "-")) {
    throw usageFailure(
      "--save is for what comes in on stdin: millrace inspect - --save answer.sse",
    );
  }
  const options: ExamineOptions = {
    framing: known("framing", values.framing, Object.keys(FRAMINGS)),
    format: known("format", values.format, Object.keys(FORMATS)),
    gap: readNumber("gap", values.gap) ?? DEFAULT_GAP,
  };
  let worst: number = EXIT.fine;
  for (const [index, file] of files.entries()) {
    const chunks = file === "-" ? chunksOfInput(host, save) : chunksOfFile(file, timing);
    if (index > 0 && !json) await host.stdout.write("\n");
    try {
      const defects = await inspectOne(file, chunks, options, { all, summary, json }, host);
      if (defects > 0) worst = Math.max(worst, EXIT.broken);
    } catch (error) {
      // Among many files one that is no stream does not keep the others from being looked at.
      if (!(error instanceof Failure) || files.length === 1) throw error;
      await say(host, `${visible(`millrace: ${file}: ${error.message}`)}\n`);
      worst = Math.max(worst, error.exitCode);
    }
  }
  return worst;
}

async function inspectOne(
  file: string,
  chunks: AsyncIterable<Chunk>,
  options: ExamineOptions,
  view: View,
  { stdout, signal }: Host,
): Promise<number> {
  const paint = paintFor(stdout);
  const lines = openLines(stdout, signal);
  const defects: Defect[] = [];
  const { write } = lines;
  const writeJson = (value: object): void => {
    write(stdout.isTerminal ? visible(toJson(value)) : toJson(value));
  };
  const timeline = openTimeline({ paint, columns: stdout.columns, all: view.all, write });
  let found: Found | undefined;

  const report: Report = {
    found(what) {
      found = what;
      if (view.json) writeJson({ kind: "format", file, ...what });
    },
    row(row) {
      if (view.summary) return;
      if (view.json) writeJson({ kind: "event", ...row });
      else timeline.row(row);
    },
    gap(gap) {
      if (view.summary) return;
      if (view.json) writeJson({ kind: "gap", ...gap });
      else timeline.gap(gap);
    },
    defect(defect) {
      if (defects.length < MOST_REMEMBERED) defects.push(defect);
      if (view.json) writeJson({ kind: "defect", ...defect });
    },
  };
  const summary = await examine(lines.paced(chunks), options, report);
  timeline.flush();
  if (view.json) {
    const notes = Object.fromEntries(summary.notes);
    writeJson({ kind: "summary", file, ...summary, notes });
  } else {
    if (!view.summary) write("");
    write(summaryLines({ file, found, defects, summary }, paint));
  }
  await lines.finish();
  return summary.defects;
}

function known(option: string, name: string | undefined, names: string[]): string | undefined {
  if (name === undefined || names.includes(name)) return name;
  throw usageFailure(`--${option} must be one of ${names.join(", ")}, not "${name}".`);
}

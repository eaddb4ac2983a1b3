import type { Conditions, Fault, Place } from "@millrace/testing/replay";
import { usageFailure } from "../failure.ts";
import { readNumber } from "../read-options.ts";

/** The options of `replay` that say how it is played. */
export interface ConditionOptions {
  speed?: string | undefined;
  gap?: string | undefined;
  cuts?: string | undefined;
  newline?: string | undefined;
  comments?: boolean | undefined;
  seed?: string | undefined;
  fail?: string | undefined;
  after?: string | undefined;
  "after-bytes"?: string | undefined;
}

const NEWLINES: Readonly<Record<string, "\n" | "\r\n" | "\r">> = {
  lf: "\n",
  crlf: "\r\n",
  cr: "\r",
};
const WITH_PLACE = ["disconnect", "stall", "end", "endless-line", "error-event"] as const;
const WITHOUT_PLACE = ["hang", "refuse"] as const;

export function readConditions(options: ConditionOptions): Conditions {
  const { cuts, newline, comments } = options;
  const speed = readNumber("speed", options.speed);
  const gap = readNumber("gap", options.gap);
  const seed = readNumber("seed", options.seed, { whole: true });
  const fail = readFault(options);
  return {
    ...(speed !== undefined && { speed }),
    ...(gap !== undefined && { gap }),
    ...(seed !== undefined && { seed }),
    ...(cuts !== undefined && { cuts: readCuts(cuts) }),
    ...(newline !== undefined && { newline: readNewline(newline) }),
    ...(comments === true && { comments }),
    ...(fail !== undefined && { fail }),
  };
}

function readCuts(text: string): "frames" | "jagged" | number {
  if (text === "frames" || text === "jagged") return text;
  const bytes = Number(text);
  if (Number.isInteger(bytes) && bytes >= 1) return bytes;
  throw usageFailure(`--cuts must be frames, jagged or a number of bytes, not "${text}".`);
}

function readNewline(text: string): "\n" | "\r\n" | "\r" {
  const newline = Object.hasOwn(NEWLINES, text) ? NEWLINES[text] : undefined;
  if (newline !== undefined) return newline;
  throw usageFailure(`--newline must be lf, crlf or cr, not "${text}".`);
}

function readFault(options: ConditionOptions): Fault | undefined {
  const { fail, after, "after-bytes": afterBytes } = options;
  if (fail === undefined) {
    if (after === undefined && afterBytes === undefined) return undefined;
    throw usageFailure("--after says where something fails: say what, by --fail disconnect.");
  }
  if (/^[45]\d\d$/.test(fail)) return { kind: "status", status: Number(fail) };
  const without = WITHOUT_PLACE.find((kind) => kind === fail);
  if (without !== undefined) return { kind: without };
  const kind = WITH_PLACE.find((other) => other === fail);
  if (kind !== undefined) return faultAt(kind, readPlace(after, afterBytes));
  const kinds = [...WITH_PLACE, ...WITHOUT_PLACE].join(", ");
  throw usageFailure(`--fail must be ${kinds} or a status from 400 on, not "${fail}".`);
}

/** TypeScript does not see by itself that one of several kinds makes one of several faults. */
function faultAt(kind: (typeof WITH_PLACE)[number], place: Place): Fault {
  const fault: object = { kind, ...place };
  return fault as Fault;
}

function readPlace(after: string | undefined, afterBytes: string | undefined): Place {
  if (after !== undefined && afterBytes !== undefined) {
    throw usageFailure("--after and --after-bytes exclude each other.");
  }
  const bytes = readNumber("after-bytes", afterBytes, { whole: true });
  if (bytes !== undefined) return { afterBytes: bytes };
  if (after === "ending") return { after };
  return { after: readNumber("after", after ?? "1", { least: -Infinity, whole: true }) ?? 1 };
}

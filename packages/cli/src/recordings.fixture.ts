import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a recording says, found out without our decoders. */
export interface Expected {
  wire: string | null;
  framing: string;
  events?: number;
  text?: string;
  refusal?: string;
  reasoning?: string;
  toolPlan?: string;
  model?: string | null;
  errors?: unknown[];
  choices?: unknown[];
  undispatchedTail?: string;
}

export const folder: string =
  process.env["MILLRACE_RECORDINGS"] ??
  fileURLToPath(new URL("../../../../shared/recordings", import.meta.url));

const facts = join(folder, "expected.json");

export const haveRecordings: boolean = existsSync(facts);

if (!haveRecordings) {
  console.warn(`NOT tested on recordings: there are none in ${folder} (MILLRACE_RECORDINGS).`);
}

export const expectations: Readonly<Record<string, Expected>> = haveRecordings
  ? (JSON.parse(readFileSync(facts, "utf8")) as Record<string, Expected>)
  : {};

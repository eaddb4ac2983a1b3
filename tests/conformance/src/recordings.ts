import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What a recording says, found out from the whole file without a decoder of ours. */
export interface Expected {
  wire: string | null;
  framing: string;
  events: number;
  comments: number;
  eventTypes: Record<string, number>;
  text: string;
  reasoning: string;
  toolCalls: {
    id: string | null;
    name: string;
    argumentsText: string | null;
    arguments?: unknown;
  }[];
  serverToolCalls?: { id: string; name: string | null; argumentsText?: string }[];
  finishReason: string | null;
  usage: Record<string, unknown> | null;
  id: string | null;
  model: string | null;
  choices?: (Expected & { index: number })[];
  refusal?: string;
  errors: ({ message?: string } | string)[];
  /** Of Cohere: what the tools are called for. */
  toolPlan?: string;
  /** Of Gemini: what is neither text nor a call. */
  otherParts?: string[];
  undispatchedTail?: string;
  signatures?: number;
  citations?: number;
  annotations?: number;
  pings?: number;
  stopSequence?: string;
  incompleteReason?: string;
}

export interface Recording {
  name: string;
  bytes: Uint8Array;
  expected: Expected;
}

const folder =
  process.env["MILLRACE_RECORDINGS"] ??
  fileURLToPath(new URL("../../../../shared/recordings", import.meta.url));

/** Whether time does not matter: `npm run test:long`. */
export const isLong: boolean = process.env["MILLRACE_LONG"] === "1";

export const haveRecordings: boolean = existsSync(`${folder}/expected.json`);

if (!haveRecordings) {
  console.warn(`No recordings in ${folder} (MILLRACE_RECORDINGS): their tests are skipped.`);
}

/** The recordings that a test is about, by name. */
export function recordings(wanted: (expected: Expected, name: string) => boolean): Recording[] {
  if (!haveRecordings) return [];
  const all = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<
    string,
    Expected
  >;
  return Object.entries(all)
    .filter(([name, expected]) => wanted(expected, name))
    .map(([name, expected]) => ({ name, bytes: readFileSync(`${folder}/${name}`), expected }));
}

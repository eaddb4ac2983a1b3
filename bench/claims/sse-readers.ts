import { CASES, type Case } from "../../packages/sse/src/cases.fixture.ts";
import { cutBytes } from "../inputs/chunks.ts";
import { rowsOf, type Claim } from "./claim.ts";
import { cuttingsOf } from "./cuttings.ts";
import { growthOf } from "./growth.ts";
import { readers, type Reader, type Told } from "./sse-reader.ts";

const LONG_LINE = 20 * 1_048_576; // ours holds 16 MiB
const CHUNK = 262_144;

export const sseReaders: Claim = {
  name: "readers",
  notes,
  head: [
    "library",
    `cases right, of ${String(CASES.length)}`,
    "depends on the cut",
    "line without an end",
  ],
  rows: rowsOf(readers, async (read) => [...(await tryCases(read)), await tryLongLine(read)]),
};

/** A long line in small chunks, as an image comes. */
export const sseGrowth: Claim = {
  name: "long-lines",
  head: ["library", "time for a line of _n_ bytes in chunks of 64"],
  byHand: true,
  rows: rowsOf(readers, async (read) => [
    await growthOf((size) => read(cutBytes([`data: ${"x".repeat(size)}\n\n`], "64-byte chunks"))),
  ]),
};

/** Which cases each reader gets wrong, for who wants to look further. */
async function notes(): Promise<string[]> {
  const lines: string[] = [];
  for (const { title, load } of readers) {
    const read = await load();
    const { wrong } = read === undefined ? { wrong: [] } : await judge(read);
    if (wrong.length > 0) lines.push(`${title} differs from the standard in: ${wrong.join("; ")}`);
  }
  return lines;
}

async function tryCases(read: Reader): Promise<string[]> {
  const { wrong, unsteady } = await judge(read);
  return [
    String(CASES.length - wrong.length),
    unsteady.length === 0 ? "no" : `yes, in ${String(unsteady.length)}`,
  ];
}

interface Verdict {
  /** Titles of the cases of which at least one cut gives something else than the standard says. */
  wrong: string[];
  /** Titles of those of which two cuts give two things. */
  unsteady: string[];
}

const judged = new Map<Reader, Promise<Verdict>>();

function judge(read: Reader): Promise<Verdict> {
  let verdict = judged.get(read);
  if (verdict === undefined) judged.set(read, (verdict = judgeAnew(read)));
  return verdict;
}

async function judgeAnew(read: Reader): Promise<Verdict> {
  const wrong: string[] = [];
  const unsteady: string[] = [];
  for (const one of CASES) {
    const results = new Set<string>();
    let isRight = true;
    for (const chunks of cuttingsOf(new TextEncoder().encode(one.input))) {
      const told = await read(chunks);
      results.add(JSON.stringify(told));
      isRight &&= JSON.stringify(told) === JSON.stringify(expectedOf(one, told));
    }
    if (!isRight) wrong.push(one.title);
    if (results.size > 1) unsteady.push(one.title);
  }
  return { wrong, unsteady };
}

/** What the standard says, without what this reader does not tell of. */
function expectedOf({ events, retries = [] }: Case, told: Told): Told {
  const tellsIds = told.events.some(({ lastEventId }) => lastEventId !== undefined);
  return {
    events: events.map(([data, type = "message", lastEventId = ""]) => ({
      data,
      type,
      ...(tellsIds && { lastEventId }),
    })),
    ...(told.retries !== undefined && { retries }),
  };
}

/** A line that goes on for 20 MiB: refused, or held. */
async function tryLongLine(read: Reader): Promise<string> {
  const chunk = new TextEncoder().encode("x".repeat(CHUNK));
  const start = new TextEncoder().encode("data: ");
  const chunks = [start, ...Array.from({ length: LONG_LINE / CHUNK }, () => chunk)];
  try {
    await read(chunks);
    return "held";
  } catch {
    return "refused";
  }
}

// `npm run soak -- [options]`: events go the whole way for a while, and memory has to stay as it is.
//
//   upstream (here) → decodeSse → decodeOpenaiChat → sseResponse (the service's process)
//     → HTTP → connectSse, or fetch and decodeSse (the clients' process)
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { chatRecording, startReplay } from "@millrace/testing/replay";
import { MEBIBYTE, type Memory } from "../processes/memory.ts";
import { startProgram, type Program } from "../processes/program.ts";
import { answerText } from "./answer-text.ts";
import { trendOf } from "./trend.ts";
import type { Visits } from "./visits.ts";

const USAGE = `npm run soak -- [options]

  --minutes <n>   how long (10)
  --clients <n>   how many read at the same time (20)
  --gap <ms>      between two events of an answer (50)
  --every <s>     seconds between two lines (30)
`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    clients: { type: "string", default: "20" },
    gap: { type: "string", default: "50" },
    every: { type: "string", default: "30" },
    help: { type: "boolean", default: false },
  },
});

const WARM_UP_SHARE = 0.2; // of the time; then all code is compiled and all pools are full
const LEAST_LINES = 8; // of fewer nothing is said
// Bytes that may be left of an event. One that leaks leaves some hundred.
const BOUNDS = { heap: 8, resident: 100 } as const;

interface Line {
  events: number;
  service: Memory;
  clients: Memory;
}

if (values.help) console.log(USAGE);
else process.exitCode = (await soak()) ? 0 : 1;

async function soak(): Promise<boolean> {
  const upstream = await startReplay({
    gap: Number(values.gap),
    cuts: "jagged",
    comments: true,
    choose: ({ json }) => {
      const { max_tokens: words } = json as { max_tokens: number };
      return chatRecording(answerText(words), { usage: true });
    },
  });
  const service = startProgram(
    new URL("../processes/service.ts", import.meta.url),
    `${upstream.url}/v1`,
  );
  const clients = startProgram(
    new URL("visits.ts", import.meta.url),
    await service.ask<string>("url"),
    values.clients,
  );
  const lines = await watch(service, clients);
  await clients.ask("close");
  const { failures } = await clients.ask<Visits>("visits");
  for (const failure of new Set(failures)) console.log(`✗ ${failure}`);
  await Promise.all(upstream.requests.map(({ ended }) => ended)); // or it hangs here, and shows it
  console.log("All clients have gone, and no request to the upstream is left.");
  await clients.stop();
  await service.stop();
  await upstream.close();
  return isFlat(lines) && failures.length === 0;
}

async function watch(service: Program, clients: Program): Promise<Line[]> {
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const lines: Line[] = [];
  console.log(
    "            events  answers    left │ service: heap  code   RSS │ clients: heap  code   RSS (MiB)",
  );
  let before = { events: 0, at: 0 };
  while (seconds() < Number(values.minutes) * 60) {
    await sleep(Number(values.every) * 1000);
    const { events, whole, left } = await clients.ask<Visits>("visits");
    const at = seconds();
    const line = {
      events,
      service: await service.ask<Memory>("memory"),
      clients: await clients.ask<Memory>("memory"),
    };
    lines.push(line);
    const rate = Math.round((events - before.events) / (at - before.at));
    before = { events, at };
    console.log(
      `${pad(at, 5)} s ${pad(rate, 4)}/s ${pad(whole, 8)} ${pad(left, 7)} │ ` +
        `${mebibytes(line.service)}     │ ${mebibytes(line.clients)}`,
    );
  }
  return lines;
}

function pad(value: number, width: number): string {
  return String(Math.round(value)).padStart(width);
}

function mebibytes({ heap, code, resident }: Memory): string {
  const [objects, compiled, all] = [heap, code, resident].map((bytes) => bytes / MEBIBYTE);
  return (
    objects!.toFixed(2).padStart(13) +
    compiled!.toFixed(2).padStart(6) +
    all!.toFixed(1).padStart(6)
  );
}

/** Prints what is left of an event, and whether that is within bounds. */
function isFlat(lines: Line[]): boolean {
  const warm = lines.slice(Math.ceil(lines.length * WARM_UP_SHARE));
  if (warm.length < LEAST_LINES) {
    console.log(`Too short to say: ${warm.length} lines after the start, not ${LEAST_LINES}.`);
    return false;
  }
  const verdicts = (["service", "clients"] as const).flatMap((process) =>
    (["heap", "resident"] as const).map((kind) => {
      const trend = trendOf(warm.map((line) => [line.events, line[process][kind]]));
      const flat = trend <= BOUNDS[kind];
      const sign = flat ? "✓ flat" : "✗ grows";
      console.log(
        `${sign}: ${process}, ${kind}: ${trend.toFixed(2)} bytes an event, of ${BOUNDS[kind]} at most`,
      );
      return flat;
    }),
  );
  return !verdicts.includes(false);
}

// `npm run sockets -- [options]`: what many streams on few sockets cost when nobody reads them.
import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { MEBIBYTE, type Memory } from "../processes/memory.ts";
import { gatherSockets } from "./gather-sockets.ts";

const USAGE = `npm run sockets -- [options]

  --sockets <n>    how many (100)
  --requests <n>   streams on each (100)
  --rounds <n>     how often all read a little more (6)
`;

const MOST_A_STREAM = 24; // KiB in the service, and as much for its clients
const MOST_GROWTH = 1; // KiB of a stream, from the second round to the last

const { values } = parseArgs({
  options: {
    sockets: { type: "string", default: "100" },
    requests: { type: "string", default: "100" },
    rounds: { type: "string", default: "6" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(USAGE);
else process.exitCode = (await show()) ? 0 : 1;

/** Whether all is as it should be. */
async function show(): Promise<boolean> {
  const [sockets, requests, rounds] = [values.sockets, values.requests, values.rounds].map(Number);
  const streams = sockets! * requests!;
  const report = await gatherSockets({
    ...{ sockets: sockets!, requests: requests!, rounds: rounds! },
    ...{ WebSocket, say: console.log },
  });
  const [before, ...clients] = report.clients;
  console.log("                        service                     clients");
  console.log("              heap  buffers  resident      heap  buffers  resident  (MiB)");
  const line = (name: string, service: Memory, mine: Memory | undefined) => {
    const figures = [service, mine].flatMap((memory) =>
      memory === undefined ? [] : [memory.heap, memory.buffers, memory.resident],
    );
    const columns = figures.map((bytes) => (bytes / MEBIBYTE).toFixed(1).padStart(8));
    console.log(`  ${name.padEnd(8)} ${columns.join(" ")}`);
  };
  line("idle", report.idle, before);
  for (const [at, memory] of report.rounds.entries()) line(`round ${at + 1}`, memory, clients[at]);
  line("deserted", report.deserted, undefined);

  const held = ({ heap, buffers }: Memory) => (heap + buffers) / streams / 1024;
  const cost = held(report.rounds.at(-1)!) - held(report.idle);
  const growth = held(report.rounds.at(-1)!) - held(report.rounds[1] ?? report.rounds[0]!);
  const clientCost = held(clients.at(-1)!) - held(before!);
  const clientGrowth = held(clients.at(-1)!) - held(clients[1] ?? clients[0]!);
  const ahead = report.ahead.map((items) => items.toFixed(1)).join(", ");
  const bounded = cost <= MOST_A_STREAM && clientCost <= MOST_A_STREAM;
  const flat = growth <= MOST_GROWTH && clientGrowth <= MOST_GROWTH;
  const exact = String(report.cut) === String(report.aborted);
  const all = report.served === streams - report.cut.length;
  console.log(
    `${mark(bounded)} a stream costs the service ${cost.toFixed(1)} KiB and its client ` +
      `${clientCost.toFixed(1)} KiB, of ${MOST_A_STREAM} at most`,
  );
  console.log(
    `${mark(flat)} from the second round to the last that grew by ${growth.toFixed(2)} and ` +
      `${clientGrowth.toFixed(2)} KiB, of ${MOST_GROWTH} at most; the service was ahead by ${ahead} items`,
  );
  console.log(`${mark(exact)} aborted: the ${report.cut.length} streams that were cut, no other`);
  console.log(`${mark(all)} the other ${report.served} got every item, and their end`);
  return bounded && flat && exact && all;
}

function mark(holds: boolean): string {
  return holds ? "✓" : "✗";
}

// `npm run durable -- [options]`: what it costs to let others read along, through one Redis, and how
// soon they see what comes. It needs a redis-server, and the peers, which `npm run bench` installs.
import { parseArgs } from "node:util";
import { missingRedis, startRedis } from "../../packages/resume/src/redis/redis-server.fixture.ts";
import importPeer from "../peers/import.mjs";
import { openContenders, type Contender, type RawRedis } from "./contenders.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    chunks: { type: "string", default: "3000" },
  },
});
const ROUNDS = Number(values.rounds);
const CHUNKS = Number(values.chunks); // of one stream, as fast as it is taken
const PACED = 150; // of one stream at the pace of a model
const GAP = 7; // ms between two of those: no multiple of anybody's poll
const TEXT = "a mill race carries water to the wheel, and away from it "; // with its number, 60 bytes

// Ours, at most so many times what assistant-stream needs.
const TARGETS = { cost: 1 / 5, latency: 1 / 5 } as const;

const missing = missingRedis();
if (missing !== undefined) {
  console.error(missing);
  process.exit(1);
}

interface Figures {
  /** Microseconds a chunk, by the clock, until the reader has it. */
  cost: number[];
  /** Microseconds a chunk that Redis computes. */
  redis: number[];
  /** Milliseconds until a reader has a chunk, the median and the 95th of a hundred. */
  latency: number[];
  late: number[];
}

const server = await startRedis();

async function connect(): Promise<RawRedis> {
  const { createClient } = (await importPeer("redis")) as {
    createClient(this: void, options: object): RawRedis;
  };
  const client = createClient({ socket: { port: server.port, host: "127.0.0.1" } });
  await client.connect();
  return client;
}

const probe = await connect();
const contenders = await openContenders(connect);
const figures = new Map<Contender, Figures>(
  contenders.map((one) => [one, { cost: [], redis: [], latency: [], late: [] }]),
);
for (let round = 0; round <= ROUNDS; round++) {
  for (let turn = 0; turn < contenders.length; turn++) {
    const contender = contenders[(round + turn) % contenders.length]!;
    const before = await computed();
    const cost = await costOf(contender);
    const redis = ((await computed()) - before) / CHUNKS;
    const latency = await latencyOf(contender);
    if (round === 0) continue; // to warm up
    const own = figures.get(contender)!;
    own.cost.push(cost);
    own.redis.push(redis);
    own.latency.push(quantile(latency, 0.5));
    own.late.push(quantile(latency, 0.95));
  }
}
// With it goes the server, to which connections of all contenders are open.
process.exit(report() ? 0 : 1);

/** A source whose later chunks wait until the reader has the first one. */
function gated(next: (number: number) => Promise<string | undefined>) {
  let open!: () => void;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let number = 0;
  const source = new ReadableStream<string>({
    async pull(controller) {
      if (number === 1) await gate;
      const chunk = await next(number++);
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
  return { source, open };
}

async function costOf({ run }: Contender): Promise<number> {
  let begun = 0;
  let length = 0;
  const { source, open } = gated((number) =>
    Promise.resolve(number < CHUNKS ? `${TEXT}${String(number)}\n` : undefined),
  );
  await run(crypto.randomUUID(), source, (chunk) => {
    if (begun === 0) {
      begun = performance.now();
      open();
    }
    length += chunk.length;
  });
  const spent = performance.now() - begun;
  const expected = Array.from({ length: CHUNKS }, (_, number) => `${TEXT}${String(number)}\n`);
  if (length !== expected.join("").length) throw new Error("A reader has not got all");
  return (spent * 1_000) / CHUNKS;
}

async function latencyOf({ run }: Contender): Promise<number[]> {
  const sent: number[] = [];
  const took: number[] = [];
  const { source, open } = gated(async (number) => {
    if (number > 0) await new Promise((resolve) => setTimeout(resolve, GAP));
    sent.push(performance.now());
    return number < PACED ? `${TEXT}${String(number)}\n` : undefined;
  });
  let heard = "";
  await run(crypto.randomUUID(), source, (chunk) => {
    open();
    heard += chunk; // some give several at once
    while (heard.includes("\n")) {
      heard = heard.slice(heard.indexOf("\n") + 1);
      took.push(performance.now() - sent[took.length]!);
    }
  });
  if (took.length !== PACED) throw new Error("A reader has not got all");
  return took.slice(1);
}

/** Microseconds that Redis has computed so far. */
async function computed(): Promise<number> {
  const info = String(await probe.sendCommand(["INFO", "cpu"]));
  const seconds = ["used_cpu_user", "used_cpu_sys"].map((name) =>
    Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]),
  );
  return (seconds[0]! + seconds[1]!) * 1e6;
}

function quantile(numbers: number[], share: number): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)]!;
}

function report(): boolean {
  const median = (numbers: number[]) => quantile(numbers, 0.5);
  const ratio = (own: number[], other: number[]) =>
    median(own.map((value, round) => value / other[round]!));
  const last = figures.get(contenders.at(-1)!)!;
  const columns = ["µs a chunk", "of Redis", "ms live p50", "p95", "cost ×", "p50 ×"];
  console.log(["", ...columns].map((cell, index) => pad(cell, index)).join(""));
  for (const { name } of contenders) {
    const { cost, redis, latency, late } = figures.get(
      contenders.find((one) => one.name === name)!,
    )!;
    const cells = [median(cost), median(redis), median(latency), median(late)].map((n) =>
      n.toFixed(2),
    );
    const ratios = [ratio(cost, last.cost), ratio(latency, last.latency)].map((n) => n.toFixed(3));
    console.log([name, ...cells, ...ratios].map((cell, index) => pad(cell, index)).join(""));
  }
  const own = figures.get(contenders[1]!)!;
  const isMet =
    ratio(own.cost, last.cost) <= TARGETS.cost &&
    ratio(own.latency, last.latency) <= TARGETS.latency;
  console.log(
    isMet ? "✓ a fifth of assistant-stream's cost and latency" : "✗ the target is missed",
  );
  return isMet;
}

function pad(cell: string, index: number): string {
  return index === 0 ? cell.padEnd(28) : cell.padStart(13);
}

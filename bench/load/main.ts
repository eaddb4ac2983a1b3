// `npm run load -- [options]`: what a live stream costs the example service, for the sizing note.
import { parseArgs } from "node:util";
import { createClient } from "@redis/client";
import { missingRedis, startRedis } from "../../packages/resume/src/redis/redis-server.fixture.ts";
import { measureLoad, type Load, type LoadOptions } from "./load.ts";

const USAGE = `npm run load -- [options]

  --streams <n>   at a time (2000)
  --tokens <n>    of each stream, while it is looked at (20)
`;
const MOST_A_STREAM = 512 * 1024; // bytes of heap and buffers, as for clients that do not read
const TOKENS_A_SECOND = 30; // of a model

const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "2000" },
    tokens: { type: "string", default: "20" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(USAGE);
else process.exitCode = (await show()) ? 0 : 1;

/** Whether all is as it should be. */
async function show(): Promise<boolean> {
  const streams = Number(values.streams);
  const common = { streams, tokens: Number(values.tokens), body: { prompt: "?" } };
  const raw = { ...common, program: "service", path: "/v1/stream/raw" };
  const resumable = { ...raw, body: { prompt: "?", resumable: true } };
  console.log(`${streams} streams at a time, each ${values.tokens} tokens; of one stream:`);
  console.log("                        heap  buffers  resident (KiB)   computed, × bare");
  const bare = await row("bytes handed on, bare", {
    ...common,
    ...{ program: "pass-through", path: "/" },
  });
  const rows = [
    await row("raw", raw, bare),
    await row("resumable, memory:", resumable, bare),
    ...(await withRedis(resumable, bare)),
  ];
  const most = Math.max(...rows.map(({ heap, buffers }) => heap + buffers));
  const isSmall = most <= MOST_A_STREAM;
  console.log(
    `${mark(isSmall)} a live stream holds ${kib(most)} KiB at most, of ${kib(MOST_A_STREAM)}`,
  );
  const areWhole = rows.every(({ ended }) => ended === streams);
  console.log(`${mark(areWhole)} every stream got its last event and a clean end`);
  const names = ["raw", "resumable, memory:", "resumable, redis:"];
  for (const [index, { computed }] of rows.entries()) {
    const load = Math.floor(1_000_000 / (computed * TOKENS_A_SECOND));
    console.log(`  on this machine a core carries ${load} streams (${names[index]})`);
  }
  return isSmall && areWhole;
}

async function withRedis(options: LoadOptions, bare: Load): Promise<Load[]> {
  const missing = missingRedis();
  if (missing !== undefined) {
    console.warn(missing);
    return [];
  }
  const server = await startRedis();
  const url = `redis://127.0.0.1:${server.port}`;
  const probe = createClient({ url });
  await probe.connect();
  /** Scripts, and reads that wait: what was sent to Redis, and not what scripts did there. */
  const counter = async () => {
    const stats = await probe.info("commandstats");
    const calls = stats.matchAll(/^cmdstat_(?:evalsha|xread|xrange):calls=(\d+)/gm);
    return [...calls].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  try {
    const parameters = [url];
    const load = await row("resumable, redis:", { ...options, parameters, counter }, bare);
    console.log(`  Redis is sent ${load.counted.toFixed(2)} commands a token`);
    return [load];
  } finally {
    await probe.close();
    await server.close();
  }
}

async function row(name: string, options: LoadOptions, bare?: Load): Promise<Load> {
  const load = await measureLoad(options);
  const sizes = [load.heap, load.buffers, load.resident].map((bytes) => kib(bytes).padStart(8));
  const ratio = (load.computed / (bare ?? load).computed).toFixed(2);
  console.log(`  ${name.padEnd(22)} ${sizes.join(" ")} ${ratio.padStart(22)}`);
  return load;
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}

function mark(holds: boolean): string {
  return holds ? "✓" : "✗";
}

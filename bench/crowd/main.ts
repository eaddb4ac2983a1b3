// `npm run crowd -- [options]`: what the example service holds for clients that do not read.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Memory } from "../processes/memory.ts";
import { gatherCrowd } from "./crowd.ts";

const USAGE = `npm run crowd -- [options]

  --clients <n>   how many (1000)
`;

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "1000" },
    namespaced: { type: "boolean", default: false }, // what this starts itself with
    help: { type: "boolean", default: false },
  },
});

// Within one machine Linux holds some MB for each connection that stands still, so that a thousand
// take all there is for TCP before the service feels anything. A network of its own holds less.
const IN_NAMESPACE = [
  ...["--map-root-user", "--net", "sh", "-c"],
  "ip link set lo up && " +
    "sysctl -qw net.ipv4.tcp_wmem='4096 16384 65536' net.ipv4.tcp_rmem='4096 65536 65536' && " +
    'exec "$@"',
  "sh",
];
const ALL_THAT_STANDS = 2 ** 20; // bytes of an answer that the system can hold for each client
const MOST_A_CLIENT = 512; // KiB

if (values.help) console.log(USAGE);
else if (values.namespaced) process.exitCode = (await show(Infinity)) ? 0 : 1;
else if (spawnSync("unshare", [...IN_NAMESPACE, "true"]).status === 0) {
  const again = [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url)];
  const args = [...IN_NAMESPACE, ...again, ...process.argv.slice(2), "--namespaced"];
  process.exitCode = spawnSync("unshare", args, { stdio: "inherit" }).status ?? 1;
} else {
  console.log("NOT tested: answers without end, which need a network namespace (Linux, unshare).");
  process.exitCode = (await show(ALL_THAT_STANDS)) ? 0 : 1;
}

/** Whether all is as it should be. */
async function show(longest: number): Promise<boolean> {
  const clients = Number(values.clients);
  const crowd = await gatherCrowd({ clients, longest, say: console.log });
  const { idle, crowded, deserted, killed, cancelled, served } = crowd;
  const perClient = (what: keyof Memory) => (crowded[what] - idle[what]) / clients / 1024;
  const sent = Math.round(crowd.bytesSent / clients / 1024);
  console.log(`The upstream said ${sent} KiB for each client; then it waited.`);
  console.log("In the service      heap  buffers  resident  (MiB)");
  for (const [name, memory] of Object.entries({ idle, crowded, deserted })) {
    const figures = [memory.heap, memory.buffers, memory.resident];
    const [heap, buffers, resident] = figures.map((bytes) => (bytes / 2 ** 20).toFixed(1));
    console.log(
      `  ${name.padEnd(9)} ${heap!.padStart(12)} ${buffers!.padStart(8)} ${resident!.padStart(9)}`,
    );
  }
  const held = perClient("heap") + perClient("buffers");
  const exact = String(cancelled) === String(killed);
  const all = crowd.answered === clients && served === clients - killed.length;
  const bounded = held <= MOST_A_CLIENT;
  console.log(
    `${mark(bounded)} a client that has stopped reading costs ${Math.round(held)} KiB ` +
      `(heap ${Math.round(perClient("heap"))}, buffers ${Math.round(perClient("buffers"))}), ` +
      `of ${MOST_A_CLIENT} at most; resident ${Math.round(perClient("resident"))} KiB`,
  );
  console.log(
    `${mark(exact)} cancelled upstream: those ${killed.length} that were killed, no other`,
  );
  console.log(`${mark(all)} the other ${served} got the rest, the last event and a clean end`);
  return exact && all && bounded;
}

function mark(holds: boolean): string {
  return holds ? "✓" : "✗";
}

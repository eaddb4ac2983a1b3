import { setTimeout as sleep } from "node:timers/promises";
import { random } from "../inputs/random.ts";
import type { Memory } from "../processes/memory.ts";
import { startProgram } from "../processes/program.ts";
import { startChatter } from "./chatter.ts";
import { openSlowClient, type SlowClient } from "./slow-client.ts";

const AT_ONCE = 50; // clients that arrive together
const STILL_FOR = 1_000; // milliseconds without a byte from the upstream

export interface CrowdOptions {
  clients: number;
  /** Bytes of an answer until the upstream falls silent. */
  longest: number;
  /** Told what is going on. */
  say?: (what: string) => void;
}

export interface Crowd {
  /** The service's memory with no client yet, with all of them stopped, and with all gone. */
  idle: Memory;
  crowded: Memory;
  deserted: Memory;
  /** What the upstream has said until everything stood still. */
  bytesSent: number;
  /** Requests that the upstream was answering then. */
  answered: number;
  /** The numbers of the clients that were killed, and of those whose upstream was cancelled. */
  killed: number[];
  cancelled: number[];
  /** How many clients got the whole rest of their answer, its last event and a clean end. */
  served: number;
}

/**
 * Lets a crowd of slow clients come to the example service, in a process of its own: all stop
 * reading, half of them are killed at random, the others read to the end.
 */
export async function gatherCrowd(options: CrowdOptions): Promise<Crowd> {
  const { clients, longest, say = () => undefined } = options;
  const upstream = await startChatter(longest);
  const service = startProgram(new URL("../processes/service.ts", import.meta.url), upstream.url);
  try {
    const url = await service.ask<string>("url");
    const idle = await service.ask<Memory>("memory");

    const crowd: SlowClient[] = [];
    while (crowd.length < clients) {
      const arriving = Array.from(
        { length: Math.min(AT_ONCE, clients - crowd.length) },
        (_, index) => openSlowClient(url, crowd.length + index),
      );
      await Promise.all(arriving.map(({ stopped }) => stopped));
      crowd.push(...arriving);
    }
    say(`${clients} clients have stopped reading.`);

    let before = -1;
    while (before < upstream.bytesSent) {
      before = upstream.bytesSent;
      await sleep(STILL_FOR);
    }
    const crowded = await service.ask<Memory>("memory");
    const { bytesSent } = upstream;
    const answered = upstream.open;
    say("The upstream stands still.");

    const draw = random(clients);
    const killed = crowd.filter(() => draw() < 0.5);
    for (const client of killed) client.kill();
    while (upstream.cancelled.size < killed.length) await upstream.oneLess();
    say(`${killed.length} clients were killed at random, and as many requests cancelled.`);

    upstream.finish();
    const left = crowd.filter((client) => !killed.includes(client));
    const served = (await Promise.all(left.map((client) => client.readToEnd()))).length;
    while (upstream.open > 0) await upstream.oneLess();
    say(`${served} clients have read to the end.`);

    return {
      ...{ idle, crowded, bytesSent, answered, served },
      deserted: await service.ask<Memory>("memory"),
      killed: killed.map(({ number }) => number),
      cancelled: [...upstream.cancelled].sort((one, other) => one - other),
    };
  } finally {
    await service.stop();
    await upstream.close();
  }
}

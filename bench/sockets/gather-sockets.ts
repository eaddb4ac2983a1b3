import { setTimeout as sleep } from "node:timers/promises";
import { connectSocket, type ConnectedSocket, type SocketConstructor } from "@millrace/ws";
import { random } from "../inputs/random.ts";
import { measureMemory, type Memory } from "../processes/memory.ts";
import { startProgram } from "../processes/program.ts";
import { itemOf, type Question } from "./item.ts";

const ITEMS_A_ROUND = 5;
const STILL_FOR = 500; // milliseconds in which nothing is said

export interface SocketsOptions {
  sockets: number;
  /** Of each socket. */
  requests: number;
  /** How often each reader reads a little more. */
  rounds: number;
  WebSocket: SocketConstructor;
  /** Told what is going on. */
  say?: (what: string) => void;
}

interface State {
  open: number;
  said: number;
  aborted: number;
}

export interface SocketsReport {
  /** The service's memory with no client, after each round when all stand still, and with all gone. */
  idle: Memory;
  rounds: Memory[];
  deserted: Memory;
  /** That of this process, which has all the clients, at the same moments. */
  clients: Memory[];
  /** Items that the service has made of each answer when all stood still, in the first and last round. */
  ahead: number[];
  /** Requests that the sockets had which were cut, and those that the service saw aborted by then. */
  cut: number[];
  aborted: number[];
  /** How many of the others were read to their end, each item checked. */
  served: number;
}

/**
 * Asks for many streams on some sockets, which all read a little and stop, again and again; cuts half
 * of the sockets, and reads the others to the end.
 */
export async function gatherSockets(options: SocketsOptions): Promise<SocketsReport> {
  const { sockets: count, requests, say = () => undefined } = options;
  const service = startProgram(new URL("../processes/socket-service.ts", import.meta.url));
  const sockets: ConnectedSocket[] = [];
  try {
    const url = await service.ask<string>("url");
    const idle = await service.ask<Memory>("memory");
    const clients = [await measured()];
    const readers: Reader[][] = [];
    for (let at = 0; at < count; at++) {
      const socket = connectSocket(url, { WebSocket: options.WebSocket, window: 4_096 });
      sockets.push(socket);
      const numbers = Array.from({ length: requests }, (_, index) => at * requests + index);
      readers.push(numbers.map((number) => openReader(socket, number)));
      await Promise.all(readers.at(-1)!.map((reader) => reader.read(ITEMS_A_ROUND)));
    }
    say(`${count * requests} streams on ${count} sockets have been read from.`);

    const rounds: Memory[] = [];
    const ahead: number[] = [];
    for (let round = 0; round < options.rounds; round++) {
      if (round > 0) {
        for (const own of readers) {
          await Promise.all(own.map((reader) => reader.read(ITEMS_A_ROUND)));
        }
      }
      const { said } = await untilStill(() => service.ask<State>("state"));
      ahead.push(said / (count * requests) - (round + 1) * ITEMS_A_ROUND);
      rounds.push(await service.ask<Memory>("memory"));
      clients.push(await measured());
      say(`Round ${round + 1}: nobody reads, and the service stands still.`);
    }

    const draw = random(count);
    const leaving = sockets.map(() => draw() < 0.5);
    const cut = readers.flatMap((own, at) => (leaving[at] ? own.map(({ number }) => number) : []));
    for (const [at, socket] of sockets.entries()) if (leaving[at]) socket.close();
    while ((await service.ask<State>("state")).aborted < cut.length) await sleep(20);
    const aborted = await service.ask<number[]>("aborted");
    say(`${cut.length} streams were cut off, and as many aborted.`);

    await service.ask("finish");
    let served = 0;
    for (const [at, own] of readers.entries()) {
      if (leaving[at]) continue;
      await Promise.all(own.map((reader) => reader.read(Infinity)));
      served += own.length;
      sockets[at]!.close();
    }
    while ((await service.ask<State>("state")).open > 0) await sleep(20);
    say(`${served} streams were read to their end.`);
    const deserted = await service.ask<Memory>("memory");
    const byNumber = (one: number, other: number) => one - other;
    return { idle, rounds, deserted, clients, ahead, cut, aborted: aborted.sort(byNumber), served };
  } finally {
    for (const socket of sockets) socket.close();
    await service.stop();
  }
}

interface Reader {
  number: number;
  /** Reads so many items more, or to the end, and checks each. */
  read(count: number): Promise<void>;
}

function openReader(socket: ConnectedSocket, number: number): Reader {
  const question: Question = { number };
  const reader = socket.request<string>(question).getReader();
  let index = 0;
  return {
    number,
    async read(items) {
      for (let left = items; left > 0; left--) {
        const { done, value } = await reader.read();
        if (done) return;
        const expected = itemOf(number, index++);
        if (value !== expected) throw new Error(`Expected ${expected}, got ${value}`);
      }
    },
  };
}

async function untilStill(look: () => Promise<State>): Promise<State> {
  for (let before = await look(); ;) {
    await sleep(STILL_FOR);
    const now = await look();
    if (now.said === before.said) return now;
    before = now;
  }
}

/** Only a program that was started so can have its garbage out. */
function measured(): Promise<Memory> {
  const none = { heap: 0, code: 0, buffers: 0, resident: 0 };
  return globalThis.gc === undefined ? Promise.resolve(none) : measureMemory();
}

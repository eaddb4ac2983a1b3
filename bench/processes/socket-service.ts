import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { acceptSockets } from "@millrace/ws/node";
import { itemOf, type Question } from "../sockets/item.ts";
import { answerQuestions } from "./answer-questions.ts";
import { measureMemory } from "./memory.ts";

// A service of sockets, whose answers go on until it is told to finish.

const aborted: number[] = [];
let open = 0;
let said = 0;
let finishing = false;

function* endless(number: number): Generator<string> {
  open++;
  try {
    for (let index = 0; !finishing; index++) {
      said++;
      yield itemOf(number, index);
    }
  } finally {
    open--;
  }
}

const server = createServer();
acceptSockets<Question>(
  server,
  ({ number }, { signal }) => {
    signal.addEventListener("abort", () => aborted.push(number));
    return endless(number);
  },
  { maxStreams: 1_000, heartbeat: 600_000 }, // clients here are too busy to answer in time
);

answerQuestions({
  async url() {
    await once(server.listen(0, "127.0.0.1"), "listening");
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  },
  memory: measureMemory,
  state: () => ({ open, said, aborted: aborted.length }),
  aborted: () => aborted,
  finish() {
    finishing = true;
  },
});

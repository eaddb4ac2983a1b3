import { connect } from "node:net";
import type { Emit, Machine } from "@millrace/core";
import { decodeSse, type SseEvent } from "@millrace/sse";
import { contentOf } from "./chatter.ts";

const HEAD_END = "\r\n\r\n";
const EVENTS_BEFORE_STOP = 3;

/** A client on a bare socket, which reads a little and then nothing. */
export interface SlowClient {
  readonly number: number;
  /** Resolves when it has stopped reading. */
  readonly stopped: Promise<void>;
  /** Reads the rest; resolves with the number of events, when the last one was followed by the end. */
  readToEnd(): Promise<number>;
  /** Is gone, from one moment to the next. */
  kill(): void;
}

export function openSlowClient(url: string, number: number): SlowClient {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const body = JSON.stringify({ prompt: String(number) });
  // By HTTP/1.0, so that the body comes as it is, and the end of the connection ends it.
  socket.write(
    `POST /v1/stream/raw HTTP/1.0\r\nhost: mill\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );

  let count = 0;
  let over = false; // the last event has come
  let stop: () => void;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const read = readAnswer(({ id, data }) => {
    if (id === "done") over = true;
    else check(data, contentOf(number, count++));
    if (count === EVENTS_BEFORE_STOP) {
      socket.pause();
      stop();
    }
  });
  const ended = new Promise<number>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("data", (bytes: Buffer) => {
      try {
        read(bytes);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on("end", () => {
      if (over) resolve(count);
      else reject(new Error(`Client ${number} lost its connection behind event ${count}`));
    });
  });
  ended.catch(() => undefined); // until somebody waits for the end

  return {
    number,
    stopped: Promise.race([stopped, ended.then(() => undefined)]),
    readToEnd() {
      socket.resume();
      return ended;
    },
    kill() {
      socket.destroy();
    },
  };
}

/** Reads over the head of a response to the events of its body. */
function readAnswer(emit: Emit<SseEvent>): (bytes: Buffer) => void {
  let head = "";
  let body: Machine<Uint8Array> | undefined;
  return (bytes) => {
    if (body !== undefined) {
      body.push(bytes);
      return;
    }
    head += bytes.toString("latin1");
    const end = head.indexOf(HEAD_END);
    if (end < 0) return;
    if (!/^HTTP\/1\.1 200 /.test(head)) throw new Error(head);
    body = decodeSse().start(emit);
    body.push(Buffer.from(head.slice(end + HEAD_END.length), "latin1"));
  };
}

function check(data: string, expected: string): void {
  const { content } = JSON.parse(data) as { content: string };
  if (content !== expected) throw new Error(`Expected ${expected}, got ${data}`);
}

// A real server that does to each request in turn what a test says.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { SseEvent } from "../sse-event.ts";

export interface Visit {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly response: ServerResponse;
  /** The client is gone, or the answer is done. */
  readonly closed: Promise<void>;
}

export type Answer = (visit: Visit) => void;

export interface TestServer {
  readonly url: string;
  readonly visits: readonly Visit[];
  /** Goes away with all connections, comes back on the same port. */
  stop(this: void): Promise<void>;
  start(this: void): Promise<void>;
  /** The visits so far, once there are so many. */
  visited(this: void, count: number): Promise<readonly Visit[]>;
}

/** Gives the answers in turn, the last one again and again. Goes away when the test is over. */
export async function startServer(...answers: Answer[]): Promise<TestServer> {
  const visits: Visit[] = [];
  const heard: (() => void)[] = [];
  let port = 0;

  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const body = Buffer.concat(pieces).toString();
      const visit = { method, url, headers, body, response, closed };
      const answer = answers[Math.min(visits.length, answers.length - 1)]!;
      visits.push(visit);
      for (const hear of heard.splice(0)) hear();
      answer(visit);
    });
  });

  const start = () =>
    new Promise<void>((resolve) => {
      server.listen(port, "127.0.0.1", () => {
        ({ port } = server.address() as AddressInfo);
        resolve();
      });
    });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await start();
  onTestFinished(stop);

  return {
    url: `http://127.0.0.1:${port}/`,
    visits,
    start,
    stop,
    async visited(count) {
      while (visits.length < count) await new Promise<void>((resolve) => heard.push(resolve));
      return visits;
    },
  };
}

/** Answers with an event stream that stays open. */
export function stream(text: string): Answer {
  return ({ response }) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(text);
  };
}

/** Answers with an event stream that ends. */
export function whole(text: string): Answer {
  return (visit) => {
    stream(text)(visit);
    visit.response.end();
  };
}

/** Answers with an event stream that breaks off. */
export function torn(text: string): Answer {
  return ({ response }) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(text, () => response.destroy());
  };
}

/** Answers with anything else. */
export function answer(
  status: number,
  body = "",
  headers: Record<string, string> = { "content-type": "text/plain" },
): Answer {
  return ({ response }) => {
    response.writeHead(status, headers).end(body);
  };
}

/** Hangs up without a word. */
export const hangUp: Answer = ({ response }) => response.destroy();

/** Never says a word. */
export const silence: Answer = () => undefined;

/** What came, and what it ended with. */
export async function outcomeOf(
  events: ReadableStream<SseEvent>,
): Promise<{ data: string[]; error?: unknown }> {
  const data: string[] = [];
  try {
    for await (const event of events) data.push(event.data);
    return { data };
  } catch (error) {
    return { data, error };
  }
}

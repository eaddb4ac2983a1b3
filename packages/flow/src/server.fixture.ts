import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeText, pipe } from "@millrace/core";

/** How the server answers one request. */
export interface Answer {
  text: string;
  /** It writes so many bytes of the text and then hangs up. */
  dieAfter?: number;
  /** It writes so many bytes of the text and then nothing, for ever. */
  stallAfter?: number;
  status?: number;
}

export interface AnswerServer {
  /** Asks for an answer; rejects for a status that is no success. */
  ask(this: void, answer: Answer, signal: AbortSignal): Promise<ReadableStream<string>>;
  /** Answers that are being given. */
  readonly open: number;
  /** All answers that were asked for. */
  readonly asked: number;
  close(this: void): Promise<void>;
}

const PIECE_LENGTH = 5;

/** A server on loopback that answers in small pieces, and breaks off where it is told to. */
export async function startAnswerServer(): Promise<AnswerServer> {
  let open = 0;
  let asked = 0;
  const server = createServer((request, response) => {
    open++;
    asked++;
    response.on("close", () => open--);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      void give(response, JSON.parse(Buffer.concat(chunks).toString()) as Answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  return {
    async ask(answer, signal) {
      const response = await fetch(url, { method: "POST", body: JSON.stringify(answer), signal });
      if (!response.ok) throw new Error(`status ${String(response.status)}`);
      return pipe(response.body!, decodeText());
    },
    get open() {
      return open;
    },
    get asked() {
      return asked;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function give(response: ServerResponse, answer: Answer): Promise<void> {
  const { text, dieAfter = Infinity, stallAfter = Infinity, status = 200 } = answer;
  const bytes = Buffer.from(text);
  const end = Math.min(bytes.length, dieAfter, stallAfter);
  response.writeHead(status).flushHeaders();
  for (let at = 0; at < end; at += PIECE_LENGTH) {
    response.write(bytes.subarray(at, Math.min(end, at + PIECE_LENGTH)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (dieAfter <= bytes.length) {
    // What was written is to arrive before the connection breaks.
    response.write("", () => setTimeout(() => response.destroy(), 5));
  } else if (stallAfter > bytes.length) response.end();
}

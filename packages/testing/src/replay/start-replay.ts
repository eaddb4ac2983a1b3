import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { arrange, type Arrangement } from "./arrange.ts";
import { chatEndpoint } from "./chat-endpoint.ts";
import type { Fault } from "./conditions.ts";
import { direct, wrongWith, type ReplayDirections } from "./directions.ts";
import { parseJson } from "./json.ts";
import { play, type Audience } from "./play.ts";
import { problem, type Recording } from "./recording.ts";
import { openRequestLog, type Arrival, type ReplayRequest } from "./requests.ts";

const LOOPBACK = "127.0.0.1";
const DIRECTIONS = "x-replay";
const MAX_BODY_BYTES = 33_554_432;

export interface ReplayOptions extends Omit<ReplayDirections, "fail"> {
  /** Default 0: any free port. */
  port?: number;
  /** A recording of your own, for any path and format; `undefined`: the usual answer. */
  choose?: (request: ReplayRequest) => Recording | undefined;
  /** What goes wrong, always or by request. Default: nothing. */
  fail?: Fault | ((request: ReplayRequest) => Fault | undefined);
}

/** A running upstream. */
export interface ReplayUpstream {
  /** Such as `http://127.0.0.1:41234`; a client of OpenAI takes `${url}/v1`. */
  readonly url: string;
  readonly port: number;
  /** The requests so far, in the order in which they came; of more than 1,000 the last ones. */
  readonly requests: readonly ReplayRequest[];
  /** Resolves when request `index`, counted from 0, has come; rejects if the upstream closes. */
  request(index: number): Promise<ReplayRequest>;
  /** Ends live connections too; the port is free afterwards. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an upstream on loopback that streams like a hosted model: OpenAI's chat format over real
 * HTTP, at a model's pace, cut and broken as you say. It needs no key and no network.
 *
 * - **In:** `POST /v1/chat/completions` with `stream: true`, `GET /v1/models`. The header
 *   `x-replay`, as JSON, changes answer and conditions for one request:
 *   `x-replay: {"speed":0,"fail":{"kind":"stall","after":3}}`; `null` takes one back, letters
 *   beyond Latin-1 are written as `\u` escapes.
 * - **Out:** the answer that was told; else the one of `answers` named like the request's model;
 *   else the first that has a word of the last user message under `asked`; else `prose`. An error
 *   object in OpenAI's shape for a wrong path (404), method (405) or body (400).
 * - **When:** each frame at its own time, the next one when the system has taken the last. A client
 *   that goes away ends the playing at once.
 * - **Limits:** a request's body of 32 MiB (413).
 * - **Errors:** rejects when the port is taken, and with a `TypeError` for conditions that are none.
 * - **Cost:** one timer and one write a frame.
 * - **Source:** OpenAI API reference, chat completions, streaming.
 *
 * @example
 * ```ts
 * import { startReplay } from "@millrace/testing/replay";
 *
 * const upstream = await startReplay({ speed: 0 });
 * const response = await fetch(`${upstream.url}/v1/chat/completions`, {
 *   method: "POST",
 *   headers: { "x-replay": JSON.stringify({ answer: { text: "The mill turns." } }) },
 *   body: JSON.stringify({ stream: true, messages: [{ role: "user", content: "Well?" }] }),
 * });
 * const body = await response.text();
 * body.split("\n\n").length; // => 8
 * body.endsWith("data: [DONE]\n\n"); // => true
 *
 * const request = await upstream.request(0);
 * await request.ended; // => "finished"
 * await upstream.close();
 * ```
 */
export async function startReplay(options: ReplayOptions = {}): Promise<ReplayUpstream> {
  const { port: wanted = 0, choose, fail, ...others } = options;
  const mistake = wrongWith({ ...others, ...(typeof fail === "object" && { fail }) });
  if (mistake !== undefined) throw new TypeError(mistake);
  const log = openRequestLog();
  let closing: Promise<void> | undefined;

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    const hasGone = () => gone.signal.aborted;
    response.on("error", ignore); // of a write to a client that has gone
    response.on("close", () => {
      gone.abort();
    });
    const body = await readBody(incoming);
    if (hasGone()) return;

    const { request, count, end } = log.add(arrival(incoming, body ?? ""));
    let broken = false; // we destroyed the connection, as we were told to
    gone.signal.addEventListener("abort", () => {
      if (response.writableFinished) end("finished");
      else if (broken) end("broken");
      else end(closing === undefined ? "aborted" : "closed");
    });
    const audience: Audience = {
      gone: gone.signal,
      onSent: count,
      breakOff() {
        broken = true;
        response.destroy();
      },
    };
    try {
      await play(body === undefined ? tooLong() : prepare(request), response, audience);
    } catch (error) {
      if (hasGone()) return;
      await play(ownFault(error), response, audience); // headers that are none
    }
  }

  function prepare(request: ReplayRequest): Arrangement {
    try {
      const fault = typeof fail === "function" ? fail(request) : fail;
      const base = fault === undefined ? others : { ...others, fail: fault };
      const told = direct(base, request.headers[DIRECTIONS]);
      if (typeof told === "string") return atOnce(problem(400, told, "invalid_x_replay"));
      const seed = told.seed ?? request.index + 1;
      const recording = choose?.(request) ?? chatEndpoint(request, seed, told.answer);
      return arrange(recording, told, seed);
    } catch (error) {
      return ownFault(error);
    }
  }

  async function close(): Promise<void> {
    const ended = log.close();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    await ended;
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => {
      response.destroy(); // the client went away while it sent its body
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject); // one that comes later has nobody to tell
    server.listen(wanted, LOOPBACK, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${LOOPBACK}:${port}`,
    port,
    requests: log.all,
    request: log.wait,
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  };
}

function arrival(incoming: IncomingMessage, body: string): Arrival {
  const { method = "", url = "", headers } = incoming;
  const end = url.indexOf("?");
  return {
    method,
    path: end < 0 ? url : url.slice(0, end),
    search: end < 0 ? "" : url.slice(end),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value?.toString()]),
    ),
    body,
    json: parseJson(body),
  };
}

/** The body; `undefined` if it is too long: then it was read and dropped. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString() : undefined;
}

function tooLong(): Arrangement {
  return atOnce(problem(413, `The body is longer than ${MAX_BODY_BYTES} bytes.`));
}

function ownFault(error: unknown): Arrangement {
  return atOnce(problem(500, error instanceof Error ? error.message : String(error)));
}

function atOnce(recording: Recording): Arrangement {
  return arrange(recording, {}, 1);
}

function ignore(): void {
  // Nobody is left who could be told.
}

import type { Clock } from "@millrace/core/clock";
import { retryAfter } from "@millrace/core/retry-after";
import type { Connection } from "./connection.ts";
import { SseConnectionError } from "./sse-connection-error.ts";

const EVENT_STREAM = /^text\/event-stream[\t ]*(;|$)/i;
// `EventSource` takes 200 alone, but what was begun by a POST may be 201 or 202, and 203 by a proxy. What
// is above has no content (205), is a piece of one (206), or is of no meaning here.
const FIRST_GOOD = 200;
const LAST_GOOD = 203;
const PASSING = new Set([408, 425, 429]); // of the statuses below 500
const SERVER_ERROR = 500;
const LONGEST_BODY = 65_536; // bytes
const PATIENCE = 5_000; // milliseconds; the body of an error is not worth more
const STARTS_LIKE_JSON = /^\s*[{[]/;

/** Why an answer is no event stream, with what it says; `undefined` if it is one. */
export async function refusalOf(
  response: Response,
  connection: Connection,
  clock: Clock,
): Promise<SseConnectionError | undefined> {
  const { headers, status, statusText } = response;
  const isGood = status >= FIRST_GOOD && status <= LAST_GOOD;
  const type = headers.get("content-type") ?? "no content type";
  if (isGood && EVENT_STREAM.test(type)) return undefined;
  const body = parse(await readText(connection, clock));
  const { attempt } = connection;
  if (isGood) {
    const reason = `the answer is no text/event-stream, but ${type}`;
    const code = "content-type";
    return new SseConnectionError(reason, { code, attempt, retryable: false, response, body });
  }
  return new SseConnectionError(`the server answered ${`${status} ${statusText}`.trim()}`, {
    code: "status",
    attempt,
    retryable: status >= SERVER_ERROR || PASSING.has(status),
    response,
    body,
    retryAfter: retryAfter(headers),
  });
}

/** The beginning of the body, or what came of it in time. */
async function readText({ read }: Connection, clock: Clock): Promise<string> {
  const deadline = clock.now() + PATIENCE;
  const decoder = new TextDecoder();
  let text = "";
  let left = LONGEST_BODY;
  try {
    while (left > 0) {
      const bytes = await read(deadline - clock.now());
      if (bytes === undefined) break;
      text += decoder.decode(bytes.subarray(0, left), { stream: true });
      left -= bytes.length;
    }
  } catch (error) {
    if (!(error instanceof SseConnectionError)) throw error; // it was aborted
  }
  return text;
}

function parse(text: string): unknown {
  if (!STARTS_LIKE_JSON.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

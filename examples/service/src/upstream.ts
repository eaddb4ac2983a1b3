import { timeout, TimeoutError } from "@millrace/flow";
import type { StreamErrorKind } from "@millrace/parts";
import { Failure } from "./failure.ts";
import type { AnswerRequest } from "./request.ts";

const LONGEST_ERROR_BODY = 65_536; // bytes of it that are read
const LONGEST_DETAIL = 300; // of a page
const CLIENT_GONE = { status: 499, kind: "aborted", retryable: false } as const; // nobody reads it

export interface Upstream {
  /** Where OpenAI's API is spoken, as in `https://api.openai.com/v1`. */
  baseUrl: string;
  apiKey?: string | undefined;
  /** For requests that name none. */
  model: string;
  idleTimeout: number;
}

/**
 * Asks the upstream. Gives the body of its answer, an event stream in OpenAI's chat format; throws
 * a `Failure` when there is none. Aborting `signal`, or cancelling the body, ends its request.
 */
export async function openAnswer(
  upstream: Upstream,
  request: AnswerRequest,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const response = await fetchAnswer(upstream, request, signal);
  if (!response.ok) throw await refusal(response, upstream.idleTimeout);
  const type = response.headers.get("content-type") ?? "";
  if (response.body === null || /^(text\/html|application\/json)\b/i.test(type)) {
    void response.body?.cancel();
    throw new Failure(
      `The upstream answered with ${type === "" ? "no body" : type}, not with an event stream.`,
      { status: 502, kind: "malformed-event", retryable: false },
    );
  }
  return untilSilent(response.body, upstream.idleTimeout);
}

function untilSilent(
  body: ReadableStream<Uint8Array>,
  idleTimeout: number,
): ReadableStream<Uint8Array> {
  return body.pipeThrough(timeout({ first: idleTimeout, idle: idleTimeout }));
}

async function fetchAnswer(
  { baseUrl, apiKey, model, idleTimeout }: Upstream,
  { prompt, messages, ...request }: AnswerRequest,
  signal: AbortSignal,
): Promise<Response> {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort(new TimeoutError("first", idleTimeout));
  }, idleTimeout);
  try {
    return await fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      signal: AbortSignal.any([signal, silence.signal]),
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream",
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({
        model,
        ...request,
        messages: messages ?? [{ role: "user", content: prompt }],
        stream: true,
        stream_options: { include_usage: true },
      }),
    });
  } catch (error) {
    if (signal.aborted) throw new Failure("The client has gone.", CLIENT_GONE);
    if (silence.signal.aborted) {
      const { message } = silence.signal.reason as TimeoutError;
      throw new Failure(message, { status: 504, kind: "timeout", retryable: true, cause: error });
    }
    throw new Failure(`The upstream cannot be reached${codeOf(error)}.`, {
      status: 502,
      kind: "transport",
      retryable: true,
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** What the system says of a connection that failed, as in ` (ECONNREFUSED)`. */
function codeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === "string" ? ` (${cause.code})` : "";
}

interface Refusal {
  kind: StreamErrorKind;
  /** Ours. Where the fault is the service's own, such as a wrong key, it is a bad gateway's. */
  status: Failure["status"];
  retryable: boolean;
  /** Instead of the upstream's own words, which may tell of the key. */
  message?: string;
}

const REFUSALS = new Map<number, Refusal>([
  [400, { kind: "invalid-request", status: 400, retryable: false }],
  [401, { kind: "auth", status: 502, retryable: false, message: "the service's key is refused" }],
  [402, { kind: "quota", status: 502, retryable: false }],
  [403, { kind: "permission", status: 502, retryable: false, message: "the service may not ask" }],
  [404, { kind: "not-found", status: 502, retryable: false }],
  [408, { kind: "timeout", status: 504, retryable: true }],
  [413, { kind: "too-large", status: 413, retryable: false }],
  [422, { kind: "invalid-request", status: 400, retryable: false }],
  [429, { kind: "rate-limit", status: 429, retryable: true }],
  [503, { kind: "overloaded", status: 503, retryable: true }],
  [504, { kind: "timeout", status: 504, retryable: true }],
  [529, { kind: "overloaded", status: 503, retryable: true }],
]);

const ANY_OTHER: Refusal = { kind: "server", status: 502, retryable: true };

async function refusal(response: Response, idleTimeout: number): Promise<Failure> {
  const told = await errorFields(response, idleTimeout);
  const { message, ...known } = REFUSALS.get(response.status) ?? ANY_OTHER;
  const spent = told.code === "insufficient_quota"; // comes as a 429 that waiting does not help
  const words = message ?? told.message ?? (response.statusText || "without a word");
  return new Failure(`The upstream answered ${response.status}: ${words}`, {
    ...known,
    ...(spent && { kind: "quota", retryable: false }),
    retryAfter: response.headers.get("retry-after") ?? undefined,
  });
}

interface ErrorFields {
  message?: string;
  code?: unknown;
}

/** What an error page says: an error object in OpenAI's shape, or a proxy's HTML. */
async function errorFields(response: Response, idleTimeout: number): Promise<ErrorFields> {
  const text = await beginning(response, idleTimeout).catch(() => "");
  try {
    const { error } = JSON.parse(text) as { error?: ErrorFields };
    if (typeof error?.message === "string") return error;
  } catch {
    // Not JSON, or not all of it.
  }
  const words = text
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return words === "" ? {} : { message: words.slice(0, LONGEST_DETAIL) };
}

async function beginning({ body }: Response, idleTimeout: number): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const bytes of untilSilent(body, idleTimeout)) {
    text += decoder.decode(bytes, { stream: true });
    length += bytes.length;
    if (length > LONGEST_ERROR_BODY) break;
  }
  return text;
}

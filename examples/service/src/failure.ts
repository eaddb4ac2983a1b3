import type { Part, StreamErrorKind } from "@millrace/parts";

/** What a client is told when something goes wrong: in a JSON body, or as the last event. */
export interface FailureBody {
  kind: StreamErrorKind;
  message: string;
  /** Whether the same request may succeed later. */
  retryable: boolean;
  /** What is wrong with the request, as in `messages[0].role`; `body` is the whole of it. */
  field?: string;
}

interface FailureOptions extends Omit<FailureBody, "message"> {
  status: 400 | 401 | 403 | 404 | 410 | 413 | 429 | 499 | 502 | 503 | 504;
  /** When to come back, as the upstream said it. */
  retryAfter?: string | undefined;
  cause?: unknown;
}

/** A failure before the answer has begun: it becomes a status and a JSON body. */
export class Failure extends Error {
  readonly status: FailureOptions["status"];
  readonly headers: Record<string, string>;
  readonly body: FailureBody;

  constructor(message: string, { status, kind, retryAfter, cause, ...rest }: FailureOptions) {
    super(message, { cause });
    this.status = status;
    this.headers = {
      ...(retryAfter !== undefined && { "retry-after": retryAfter }),
      ...(status === 401 && { "www-authenticate": "Bearer" }),
      ...(status === 413 && { connection: "close" }), // what is left of the body is not read
    };
    this.body = { kind, message, ...rest };
  }
}

/** Nobody reads it. */
export function clientGone(): Failure {
  const about = { status: 499, kind: "aborted", retryable: false } as const;
  return new Failure("The client has gone.", about);
}

/** The same as an answer that has failed. */
export function failureParts({ kind, message, retryable }: FailureBody): Part[] {
  const finishReason = { unified: "error", raw: undefined } as const;
  const usage = { inputTokens: {}, outputTokens: {} };
  return [
    { type: "error", error: { kind, message, retryable } },
    { type: "finish", finishReason, usage },
  ];
}

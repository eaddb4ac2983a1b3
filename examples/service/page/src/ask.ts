import type { AnswerData } from "./answer-event.ts";
import type { Tap } from "./tap.ts";

/** What the service is asked. */
export interface Question {
  prompt: string;
  /** Default: whom the service asks first. */
  model?: string;
}

/** What an answer tells of its way here. */
export interface Hooks {
  /** Who asks, where the service wants to know. */
  headers: Readonly<Record<string, string>>;
  /** A connection is there, and its bytes are to be watched. */
  onConnect: () => Tap;
  /** The connection is gone; another one is tried after so many milliseconds. */
  onLost: (delay: number) => void;
  /** It is back. */
  onReturn: () => void;
}

/** An answer while it comes. */
export interface Conversation {
  events: AsyncIterable<NumberedEvent>;
  /** Breaks the connection, as a tunnel would; absent where nothing would bring it back. */
  drop?: () => void;
  /** Ends the answer, here and at the service. */
  cancel: () => void;
}

export interface NumberedEvent {
  seq: number | undefined;
  data: AnswerData;
}

/** What the service says of a question that it does not answer. */
export class Refusal extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Sends a question; throws a `Refusal`. */
export async function post(
  path: string,
  body: object,
  { headers, signal }: { headers: Hooks["headers"]; signal: AbortSignal },
): Promise<Response> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal,
  });
  if (response.ok) return response;
  const { error } = (await response.json().catch(() => ({}))) as AnswerData;
  const { status } = response;
  throw new Refusal(error?.message ?? `The service answered ${status}.`, status);
}

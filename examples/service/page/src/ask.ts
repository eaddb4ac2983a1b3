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
  /** A connection is there, and its bytes are to be watched. */
  onConnect: () => Tap;
  /** The connection is gone; another one is tried after so many milliseconds. */
  onLost: (delay: number) => void;
  /** It is back: so far the answer has come meanwhile. */
  onReturn: (seq: number) => void;
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

/** Sends a question; throws what the service has to say about one that it does not answer. */
export async function post(path: string, body: object, signal: AbortSignal): Promise<Response> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  if (response.ok) return response;
  const { error } = (await response.json().catch(() => ({}))) as AnswerData;
  throw new Error(error?.message ?? `The service answered ${response.status}.`);
}

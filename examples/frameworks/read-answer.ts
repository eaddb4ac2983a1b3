import { connectSse, type ConnectSseOptions } from "@millrace/sse";

export interface From extends Pick<ConnectSseOptions, "fetch"> {
  /** Default: where the page came from. */
  server?: string;
}

/** The pieces of an answer, as the recipes for servers send them. */
export async function* readAnswer(
  question: string,
  signal: AbortSignal,
  { server = "", ...options }: From = {},
) {
  const url = `${server}/answer?question=${encodeURIComponent(question)}`;
  const events = connectSse(url, {
    ...options,
    signal,
    // Sent again, it would ask the model again: a lost connection is an
    // error.
    resume: false,
    until: ({ type }) => type === "done",
  });
  for await (const { type, data } of events) {
    if (type === "error") throw new Error(data);
    if (type === "message") yield data;
  }
}

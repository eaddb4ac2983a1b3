import type { ClientFailure } from "./client-machine.ts";
import type { GoneFrame, TerminalFrame } from "./frames.ts";

// What a client says of a stream that did not end well.

export function lost(mayHaveBegun: boolean): ClientFailure {
  const message = mayHaveBegun
    ? "the connection was lost, and the server may have begun"
    : "the connection was lost, and the server does not keep streams";
  return { code: "lost", message, retryable: false };
}

export function tooLarge(bytes: number, most: number): ClientFailure {
  const message = `the request is ${bytes} bytes, and the server takes no more than ${most}`;
  return { code: "too-large", message, retryable: false };
}

export function tooDeep(most: number): ClientFailure {
  const message = `the request is deeper than ${most}, and servers take no more`;
  return { code: "too-large", message, retryable: false };
}

export function gap(): ClientFailure {
  return { code: "gap", message: "the server left items out", retryable: false };
}

/** What a terminal frame says; `undefined` if all is well. */
export function failureOf(frame: TerminalFrame): ClientFailure | undefined {
  switch (frame.type) {
    case "end":
      return undefined;
    case "error":
      return { code: frame.code, message: frame.message, retryable: frame.retryable };
    case "cancelled":
      return cancelledElsewhere();
    case "detached":
      return detachedByServer();
    case "gone":
      return gone(frame);
  }
}

function cancelledElsewhere(): ClientFailure {
  return { code: "cancelled", message: "the stream was cancelled elsewhere", retryable: false };
}

function detachedByServer(): ClientFailure {
  const message = "the server does not send this stream any more";
  return { code: "detached", message, retryable: true };
}

function gone({ oldest }: GoneFrame): ClientFailure {
  const message =
    oldest === undefined
      ? "the server does not have the stream"
      : `the server has nothing of the stream before ${oldest}`;
  return { code: "gone", message, retryable: false, oldest };
}

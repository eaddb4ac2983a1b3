import type { ErrorFrame, GoneFrame } from "./frames.ts";
import type { ClientFailure } from "./client-machine.ts";

// What a client says of a stream that did not end well. Each is a function of nothing or of the frame
// that brought it, so that the machine holds no sentences.

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

export function gap(): ClientFailure {
  return { code: "gap", message: "the server left items out", retryable: false };
}

export function cancelledElsewhere(): ClientFailure {
  return { code: "cancelled", message: "the stream was cancelled elsewhere", retryable: false };
}

export function detachedByServer(): ClientFailure {
  const message = "the server does not send this stream any more";
  return { code: "detached", message, retryable: true };
}

export function gone({ oldest }: GoneFrame): ClientFailure {
  const message =
    oldest === undefined
      ? "the server does not have the stream"
      : `the server has nothing of the stream before ${oldest}`;
  return { code: "gone", message, retryable: false, oldest };
}

export function told({ code, message, retryable }: ErrorFrame): ClientFailure {
  return { code, message, retryable };
}

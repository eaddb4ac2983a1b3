/** One unit of an answer as its server framed it: an event, a line, a binary frame. */
export type Frame = FrameFields &
  ({ text: string; bytes?: never } | { bytes: Uint8Array; text?: never });

interface FrameFields {
  /** Milliseconds after the frame before it, or after the request for the first one. */
  delay: number;
  /** The provider says with this frame that the answer is over: `after: "ending"` stops here. */
  ending?: boolean;
}

/** An answer that can be played: what goes over the wire, and when. It knows no provider. */
export interface Recording {
  /** Default 200. */
  status?: number;
  contentType: string;
  headers?: Record<string, string>;
  frames: Frame[];
}

/** A recording of one frame that comes at once: error bodies, lists. */
export function page(
  status: number,
  contentType: string,
  text: string,
  headers: Record<string, string> = {},
): Recording {
  return { status, contentType, headers, frames: [{ delay: 0, text }] };
}

export function jsonPage(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Recording {
  return page(status, "application/json", JSON.stringify(body), headers);
}

/** An error body in the shape that OpenAI gave the trade. */
export function problem(
  status: number,
  message: string,
  code?: string,
  headers?: Record<string, string>,
): Recording {
  return jsonPage(status, { error: errorFields(status, message, code) }, headers);
}

export function errorFields(status: number, message: string, code?: string): object {
  return { message, type: errorType(status), param: null, code: code ?? null };
}

function errorType(status: number): string {
  if (status >= 500) return "server_error";
  return ERROR_TYPES.get(status) ?? "invalid_request_error";
}

const ERROR_TYPES = new Map([
  [401, "authentication_error"],
  [403, "permission_error"],
  [429, "rate_limit_error"],
]);

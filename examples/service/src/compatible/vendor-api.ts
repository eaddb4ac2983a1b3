import type { Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { Prompt } from "@millrace/providers";
import type { SseEventMessage, SseFormat } from "@millrace/sse";

/** The API of a vendor, as its own SDK asks it. */
export interface VendorApi {
  /** The subpath of its format: upstreams that speak it take the settings that only it has. */
  wire: "openai-chat" | "openai-responses" | "anthropic";
  /** Of a request's body; throws a `Failure` that names what is wrong. */
  read: (body: string) => VendorQuestion;
  format: SseFormat;
  /** The events of an answer put together, for who wants no stream. */
  whole: (events: readonly WireObject[]) => object;
}

export interface VendorQuestion {
  /** Its `body` are the settings that only the vendor's format has. */
  prompt: Prompt;
  model?: string | undefined;
  stream: boolean;
  encode: () => Stage<Part, string | SseEventMessage>;
}

/** An event's JSON, which our own encoder has written. */
export type WireObject = Readonly<Record<string, unknown>>;

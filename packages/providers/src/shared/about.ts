import type { Part, Usage } from "@millrace/parts";
import type { ErrorText } from "@millrace/parts/encode";
import { NO_USAGE } from "./usage.ts";

/** What every encoder takes. */
export interface EncoderOptions {
  /** The id of the response, instead of the one that the parts tell. */
  id?: string;
  /** The model's name, instead of the one that the parts tell. */
  modelId?: string;
  /** When the response was made, instead of what the parts tell. */
  timestamp?: Date;
  /** What the client is told of an error. Default: that the answer failed, and no more. */
  errorText?: ErrorText;
}

/** What has been said of the response so far: blank and 0 where nothing has. */
export interface About {
  id: string;
  model: string;
  /** Seconds since 1970. */
  created: number;
  usage: Usage;
}

export function openAbout({ id = "", modelId = "", timestamp }: EncoderOptions): About {
  return { id, model: modelId, created: seconds(timestamp), usage: NO_USAGE };
}

/** Takes what a part says of the response, unless that is known. */
export function learn(about: About, part: Part): void {
  if (part.type === "usage" || part.type === "finish") about.usage = part.usage;
  if (part.type !== "response-metadata") return;
  about.id ||= part.id ?? "";
  about.model ||= part.modelId ?? "";
  about.created ||= seconds(part.timestamp);
}

/** Also of a time that was stored as JSON, which has no dates. */
function seconds(time: Date | undefined): number {
  return Math.floor(new Date(time ?? 0).getTime() / 1000) || 0;
}

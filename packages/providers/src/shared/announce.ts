import type { Emit } from "@millrace/core";
import type { Part, ResponseMetadata } from "@millrace/parts";
import { text } from "./wire.ts";

/** What a value of the wire says of the response. */
export interface Announcement {
  id?: unknown;
  modelId?: unknown;
  /** Seconds since 1970, or a time as ISO 8601 writes it. */
  timestamp?: unknown;
  role?: unknown;
}

const LAST_SECOND = 8.64e12; // that a `Date` can hold

/** Tells of what is said of the response, each thing when it is first said; blanks say nothing. */
export function openAnnouncer(emit: Emit<Part>): (said: Announcement) => void {
  const unsaid = new Set<keyof Announcement>(["id", "modelId", "timestamp", "role"]);

  return (said) => {
    let news: ResponseMetadata | undefined;
    for (const key of unsaid) {
      const value = key === "timestamp" ? timeOf(said.timestamp) : text(said[key]);
      if (!value) continue;
      unsaid.delete(key);
      news = { type: "response-metadata", ...news, [key]: value };
    }
    if (news !== undefined) emit(news);
  };
}

/** 0 is nobody's time. */
function timeOf(value: unknown): Date | undefined {
  if (typeof value === "number") {
    return value > 0 && value <= LAST_SECOND ? new Date(value * 1000) : undefined;
  }
  const time = typeof value === "string" && value !== "" ? Date.parse(value) : 0;
  return time > 0 ? new Date(time) : undefined;
}

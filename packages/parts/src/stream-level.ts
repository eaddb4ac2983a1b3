import type { Part } from "./part.ts";

/** Parts that speak of the whole response unless they name a choice. */
export const STREAM_LEVEL: ReadonlySet<Part["type"]> = new Set<Part["type"]>([
  "response-metadata",
  "status",
  "usage",
  "error",
  "custom",
  "reset",
  "source",
]);

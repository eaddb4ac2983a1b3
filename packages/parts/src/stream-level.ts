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

/** The answer that a part belongs to. Undefined for what speaks of the whole response. */
export function choiceNamed(part: Part): number | undefined {
  if (part.type === "raw") return undefined;
  return part.choice ?? (STREAM_LEVEL.has(part.type) ? undefined : 0);
}

import type { Source, SourceAnchor } from "@millrace/parts";
import { metadata, type Answer } from "./answer.ts";

/** The sources of an answer. */
export interface Sources {
  /** One of a list that may come again and again: told of once. */
  list(found: FoundSource): void;
  /** One that is cited. */
  cite(found: FoundSource): void;
}

export interface FoundSource {
  source: Source;
  anchor?: SourceAnchor | undefined;
  /** What the provider says of it, as it came. */
  about?: unknown;
}

export function openSources(answer: Answer): Sources {
  const seen = new Set<string>(); // addresses listed, and titles of what has none

  function cite({ source, anchor, about }: FoundSource): void {
    answer.emit({
      type: "source",
      id: answer.ids.next("source"),
      source,
      ...(anchor !== undefined && { anchor }),
      ...(typeof about === "object" && metadata(answer, { ...about })),
    });
  }

  return {
    list(found) {
      const key = found.source.url ?? found.source.title ?? "";
      if (seen.has(key)) return;
      if (key !== "") {
        answer.hold(key.length);
        seen.add(key);
      }
      cite(found);
    },
    cite,
  };
}

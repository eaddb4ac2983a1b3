import { metadata, type Answer } from "../shared/answer.ts";
import { count, fields, known, list, text, type Wire } from "../shared/wire.ts";

/** The sources of an answer. */
export interface Sources {
  /** Lists that servers repeat with every chunk: addresses, or search results. */
  list(items: unknown): void;
  /** Citations; `blockId` is the text that they are made in. */
  cite(annotations: unknown, blockId: string | undefined): void;
}

export function openSources(answer: Answer): Sources {
  const seen = new Set<string>(); // addresses listed, and titles of what has none

  function put(item: unknown, inner: Wire, blockId: string | undefined): void {
    const url = text(item) || text(inner["url"]);
    const fileId = text(inner["file_id"]);
    const span = known({
      start: count(inner["start_index"]),
      end: count(inner["end_index"]),
      citedText: text(inner["content"]),
    });
    answer.emit({
      type: "source",
      id: answer.ids.next("source"),
      source: {
        kind: url !== "" ? "url" : fileId !== "" ? "file" : "document",
        ...known({ url, title: text(inner["title"]), fileId }),
      },
      ...(blockId !== undefined && { anchor: { blockId, ...span } }),
      ...(typeof item === "object" && metadata(answer, { ...fields(item) })),
    });
  }

  return {
    list(items) {
      for (const item of list(items)) {
        const { url, title } = fields(item);
        const key = text(item) || text(url) || text(title);
        if (seen.has(key)) continue;
        if (key !== "") {
          answer.hold(key.length);
          seen.add(key);
        }
        put(item, fields(item), undefined);
      }
    },
    cite(annotations, blockId) {
      for (const annotation of list(annotations)) {
        const outer = fields(annotation);
        const inner = fields(outer[text(outer["type"])]); // of `url_citation` and the like
        put(annotation, { ...outer, ...inner }, blockId);
      }
    },
  };
}

import type { Source } from "@millrace/parts";
import type { Sources } from "../shared/sources.ts";
import { count, fields, known, list, text, type Wire } from "../shared/wire.ts";

/** Lists that servers repeat with every chunk: addresses, or search results. */
export function listSources(sources: Sources, items: unknown): void {
  for (const item of list(items)) {
    sources.list({ source: sourceOf(item, fields(item)), about: item });
  }
}

/** Citations; `blockId` is the text that they are made in. */
export function citeSources(
  sources: Sources,
  annotations: unknown,
  blockId: string | undefined,
): void {
  for (const annotation of list(annotations)) {
    const outer = fields(annotation);
    const inner = { ...outer, ...fields(outer[text(outer["type"])]) }; // `url_citation` and the like
    const span = known({
      start: count(inner["start_index"]),
      end: count(inner["end_index"]),
      citedText: text(inner["content"]),
    });
    const anchor = blockId === undefined ? undefined : { blockId, ...span };
    sources.cite({ source: sourceOf(annotation, inner), anchor, about: annotation });
  }
}

function sourceOf(item: unknown, inner: Wire): Source {
  const url = text(item) || text(inner["url"]);
  const fileId = text(inner["file_id"]);
  return {
    kind: url !== "" ? "url" : fileId !== "" ? "file" : "document",
    ...known({ url, title: text(inner["title"]), fileId }),
  };
}

import type { Source, SourceAnchor } from "@millrace/parts";
import type { Sources } from "../shared/sources.ts";
import { count, fields, known, list, text, type Wire } from "../shared/wire.ts";

/** A citation stands on one source or several; each is told of with the place that it supports. */
export function citeSources(sources: Sources, citation: Wire, blockId: string | undefined): void {
  const span = known({
    start: count(citation["start"]),
    end: count(citation["end"]),
    citedText: text(citation["text"]),
  });
  const anchor: SourceAnchor | undefined = blockId === undefined ? undefined : { blockId, ...span };
  const found = list(citation["sources"]);
  for (const source of found)
    sources.cite({ source: sourceOf(fields(source)), anchor, about: source });
  if (found.length === 0) sources.cite({ source: { kind: "document" }, anchor, about: citation });
}

function sourceOf({ type, document }: Wire): Source {
  const { title, url } = fields(document);
  return {
    kind: type === "tool" ? "tool" : "document",
    ...known({ url: text(url), title: text(title) }),
  };
}

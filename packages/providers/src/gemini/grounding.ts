import type { Source, SourceAnchor } from "@millrace/parts";
import type { Sources } from "../shared/sources.ts";
import { count, fields, known, list, text, type Wire } from "../shared/wire.ts";

/** The block that is cited, and whether the provider's bytes are our units in it. */
export interface Cited {
  blockId: string | undefined;
  hasOffsets: boolean;
}

/** Tells of the pages and documents that a candidate stands on, and where it cites them. */
export function readGrounding(candidate: Wire, sources: Sources, cited: Cited): void {
  const { groundingMetadata, citationMetadata, urlContextMetadata } = candidate;
  if (!groundingMetadata && !citationMetadata && !urlContextMetadata) return;
  for (const page of list(fields(urlContextMetadata)["urlMetadata"])) {
    const url = text(fields(page)["retrievedUrl"]);
    sources.list({ source: { kind: "url", ...known({ url }) }, about: page });
  }
  const chunks = list(fields(groundingMetadata)["groundingChunks"]);
  for (const chunk of chunks) sources.list({ source: chunkSource(chunk), about: chunk });
  for (const support of list(fields(groundingMetadata)["groundingSupports"])) {
    const { segment, groundingChunkIndices: indices } = fields(support);
    const anchor = anchorOf(fields(segment), cited);
    for (const index of list(indices)) {
      const chunk = chunks[Number(index)];
      if (chunk !== undefined) sources.cite({ source: chunkSource(chunk), anchor, about: support });
    }
  }
  const citations = fields(citationMetadata);
  for (const citation of list(citations["citationSources"] ?? citations["citations"])) {
    const { uri, title } = fields(citation);
    const source: Source = { kind: "url", ...known({ url: text(uri), title: text(title) }) };
    sources.cite({ source, anchor: anchorOf(fields(citation), cited), about: citation });
  }
}

/** One field of a chunk says what it is, and holds the rest. */
function chunkSource(chunk: unknown): Source {
  const { web, retrievedContext, maps } = fields(chunk);
  const { uri, title } = fields(web ?? retrievedContext ?? maps ?? chunk);
  const kind = maps !== undefined ? "place" : retrievedContext !== undefined ? "document" : "url";
  return { kind, ...known({ url: text(uri), title: text(title) }) };
}

/** Offsets count bytes of the text. They are told only where these are UTF-16 units, too. */
function anchorOf(segment: Wire, { blockId, hasOffsets }: Cited): SourceAnchor | undefined {
  if (blockId === undefined) return undefined;
  const end = count(segment["endIndex"]);
  const offsets = hasOffsets && end !== undefined;
  return {
    blockId,
    ...known({
      start: offsets ? (count(segment["startIndex"]) ?? 0) : undefined,
      end: offsets ? end : undefined,
      citedText: text(segment["text"]),
    }),
  };
}

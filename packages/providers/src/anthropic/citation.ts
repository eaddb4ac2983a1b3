import type { FoundSource } from "../shared/sources.ts";
import { fields, known, text } from "../shared/wire.ts";

const ADDRESS = /^https?:/;

/** What a block of text is founded on. Its places in the document stay as the provider told them. */
export function citation(about: unknown, blockId: string): FoundSource {
  const cited = fields(about);
  const source = text(cited["source"]); // of a search result: an address, or whatever its tool gave
  const url = text(cited["url"]) || (ADDRESS.test(source) ? source : "");
  const fileId = text(cited["file_id"]);
  const title = text(cited["title"]) || text(cited["document_title"]);
  return {
    source: {
      kind: url !== "" ? "url" : fileId !== "" ? "file" : "document",
      ...known({ url, title, fileId }),
    },
    anchor: { blockId, ...known({ citedText: text(cited["cited_text"]) }) },
    about,
  };
}

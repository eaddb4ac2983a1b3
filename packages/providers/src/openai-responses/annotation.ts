import type { FoundSource } from "../shared/sources.ts";
import { count, fields, known, text } from "../shared/wire.ts";

/** A citation in a text. The plain `index` of files is the place of the citation in it. */
export function annotation(about: unknown, blockId: string): FoundSource {
  const cited = fields(about);
  const url = text(cited["url"]);
  const fileId = text(cited["file_id"]);
  const title = text(cited["title"]) || text(cited["filename"]);
  const start = count(cited["start_index"]) ?? count(cited["index"]);
  return {
    source: {
      kind: url !== "" ? "url" : fileId !== "" ? "file" : "document",
      ...known({ url, title, fileId }),
    },
    anchor: { blockId, ...known({ start, end: count(cited["end_index"]) }) },
    about,
  };
}

import type { FilePart } from "@millrace/parts";
import { text, type Wire } from "../shared/wire.ts";

const MEDIA: ReadonlySet<unknown> = new Set(["image", "audio", "video", "document"]);

/** A file in the answer, or its address; undefined if it is neither. */
export function filePart(content: Wire): FilePart | undefined {
  const { type, mime_type: mimeType, data, uri } = content;
  if (!MEDIA.has(type)) return undefined;
  const mediaType = text(mimeType) || (type === "document" ? "application/*" : `${text(type)}/*`);
  if (text(uri) !== "") return { type: "file", mediaType, data: { type: "url", url: text(uri) } };
  if (text(data) === "") return undefined;
  return { type: "file", mediaType, data: { type: "data", data: text(data) } };
}

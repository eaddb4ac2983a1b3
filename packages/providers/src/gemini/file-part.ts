import type { FilePart } from "@millrace/parts";
import { fields, text } from "../shared/wire.ts";

/** A file that came with the answer, or its address; undefined if it is neither. */
export function filePart(value: unknown): FilePart | undefined {
  const { mimeType, data, fileUri } = fields(value);
  const mediaType = text(mimeType) || "application/octet-stream";
  if (text(fileUri) !== "") {
    return { type: "file", mediaType, data: { type: "url", url: text(fileUri) } };
  }
  if (text(data) === "") return undefined;
  return { type: "file", mediaType, data: { type: "data", data: text(data) } };
}

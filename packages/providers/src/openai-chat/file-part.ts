import type { FilePart } from "@millrace/parts";
import { fields, text } from "../shared/wire.ts";

const DATA_URL = /^data:([^;,]+)(?:;[^,]*)?;base64,/;

/** An image in the shape in which requests, too, have it, or its address; undefined if neither. */
export function filePart(item: unknown): FilePart | undefined {
  const image = fields(item)["image_url"] ?? item;
  const url = text(image) || text(fields(image)["url"]);
  if (url === "") return undefined;
  const [start = "", mediaType = "image/*"] = DATA_URL.exec(url) ?? [];
  const data = url.slice(start.length);
  return {
    type: "file",
    mediaType,
    data: start === "" ? { type: "url", url } : { type: "data", data },
  };
}

import type { FileContent } from "@millrace/providers";
import { z } from "zod";

const DATA = "data:";
const BASE64 = ";base64,";
const LONGEST_TYPE = 200; // of a media type with its parameters

/** Where a file is, or the file itself. The service fetches nothing: the provider does, or refuses. */
export const fileUrl = z
  .string()
  .refine(
    (url) => /^https?:\/\//i.test(url) || splitData(url) !== undefined,
    "expected an address of HTTP, or data: with base64",
  );

/** A file as prompts have it; `mediaType` is of one behind an address. */
export function fileAt(url: string, mediaType: string, filename?: string): FileContent {
  const named = filename === undefined ? {} : { filename };
  const data = splitData(url);
  return data === undefined
    ? { type: "file", mediaType, data: { type: "url", url }, ...named }
    : { type: "file", ...data, ...named };
}

function splitData(url: string): Pick<FileContent, "mediaType" | "data"> | undefined {
  if (!url.startsWith(DATA)) return undefined;
  const end = url.slice(0, LONGEST_TYPE).indexOf(BASE64);
  if (end < 0) return undefined;
  const mediaType = url.slice(DATA.length, end).split(";")[0]!;
  return mediaType.includes("/")
    ? { mediaType, data: { type: "data", data: url.slice(end + BASE64.length) } }
    : undefined;
}

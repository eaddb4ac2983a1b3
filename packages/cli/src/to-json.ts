import { isUtf8 } from "node:buffer";

/** One line of JSON, of whatever a stage gives: bytes are text where they are, else Base64. */
export function toJson(value: unknown): string {
  // What has no JSON at all, such as `undefined`, is null.
  return JSON.stringify(value, replace) ?? "null";
}

function replace(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (!(value instanceof Uint8Array)) return value;
  return Buffer.from(value).toString(isUtf8(value) ? "utf8" : "base64");
}

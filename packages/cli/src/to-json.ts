import { isUtf8 } from "node:buffer";

/** One line of JSON, of whatever a stage gives: bytes are text where they are, else Base64. */
export function toJson(value: unknown): string {
  const json: unknown = JSON.stringify(value, replace);
  return typeof json === "string" ? json : "null"; // of what has none, such as `undefined`
}

function replace(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (!(value instanceof Uint8Array)) return value;
  return Buffer.from(value).toString(isUtf8(value) ? "utf8" : "base64");
}

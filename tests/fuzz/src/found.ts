import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnyInput } from "./target.ts";

/** An input that something did not hold for, as it is kept in `found/`. */
export interface Found {
  target: string;
  input: AnyInput;
}

/** As a file in `found/` is written: text and items as they are, bytes in base64. */
interface Written {
  target: string;
  base64?: string;
  input?: string | unknown[];
}

export function writeFound({ target, input }: Found): string {
  const written: Written =
    input instanceof Uint8Array
      ? { target, base64: Buffer.from(input).toString("base64") }
      : { target, input: typeof input === "string" ? input : [...input] };
  return JSON.stringify(written);
}

export function readFound(text: string): Found {
  const { target, base64, input = [] } = JSON.parse(text) as Written;
  return {
    target,
    input: base64 === undefined ? input : Uint8Array.from(Buffer.from(base64, "base64")),
  };
}

/** All that are kept, with the names of their files. */
export function allFound(): (Found & { file: string })[] {
  const folder = join(import.meta.dirname, "found");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({ file, ...readFound(readFileSync(join(folder, file), "utf8")) }));
}

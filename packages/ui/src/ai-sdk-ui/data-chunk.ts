import type { CustomPart } from "@millrace/parts";
import { text, type Wire } from "../shared/wire.ts";

export type Chunk = Record<string, unknown> & { type: string };

const PREFIX = "data-";
const OTHERS = "data.";

/** `openai.moderation` is `data-openai.moderation`, and `data.weather` the application's `data-weather`. */
export function dataChunk({ kind, value }: CustomPart, transient?: boolean): Chunk {
  const name = kind.slice(OTHERS.length);
  const isOther = kind.startsWith(OTHERS) && !name.includes(".");
  return { type: `${PREFIX}${isOther ? name : kind}`, data: value ?? null, transient };
}

export function isData(type: string): boolean {
  return type.startsWith(PREFIX);
}

/** The reverse. */
export function customOf(chunk: Wire): CustomPart {
  const { id, transient, data } = chunk;
  const name = text(chunk["type"]).slice(PREFIX.length);
  const kind: CustomPart["kind"] = name.includes(".")
    ? (name as CustomPart["kind"])
    : `data.${name}`;
  const rest = id === undefined ? undefined : { providerMetadata: { "ai-sdk": { id, transient } } };
  return { type: "custom", kind, value: data, ...rest };
}

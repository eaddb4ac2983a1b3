import type { Emit } from "@millrace/core";
import type { Part, ProviderMetadata, StreamError } from "@millrace/parts";
import type { Ids } from "./ids.ts";

/** What the pieces of a decoder share while one answer runs. */
export interface Answer {
  /** The provider, for what the model has no field for. */
  name: string;
  emit: Emit<Part>;
  ids: Ids;
  /** Counts what must be remembered against the decoder's limit. */
  hold: (length: number) => void;
  fail: (error: StreamError) => void;
}

export function metadata(
  { name }: Answer,
  value: Record<string, unknown>,
): { providerMetadata: ProviderMetadata } {
  return { providerMetadata: { [name]: value } };
}

export function emitCustom({ name, emit }: Answer, field: string, value: unknown): void {
  emit({ type: "custom", kind: `${name}.${field || "unknown"}`, value });
}

import type { CustomPart, Part, ProviderMetadata } from "@millrace/parts";
import { whole } from "./typed.ts";
import { fields, text, type Wire } from "./wire.ts";

/** The namespace of what the model has and the format has no field for, so that it can come back. */
const OWN = "millrace";
const OWN_KIND = "millrace.";

/** A provider's metadata, and the fields of a part that the format has no place for. */
export function withExtras(
  metadata: ProviderMetadata | undefined,
  extras: object,
): ProviderMetadata | undefined {
  return isEmpty(extras) ? metadata : { ...metadata, [OWN]: extras as Record<string, unknown> };
}

export function isEmpty(object: object): boolean {
  return Object.values(object).every((value) => value === undefined);
}

/** The reverse: the fields, and what is left of the metadata. */
export function splitExtras(value: unknown): {
  extras: Wire;
  metadata: { providerMetadata?: ProviderMetadata };
} {
  const { [OWN]: extras, ...others } = fields(value);
  return {
    extras: fields(extras),
    metadata: metadataOf(others),
  };
}

/** Metadata is objects by the names of providers. */
function metadataOf(value: Wire): { providerMetadata?: ProviderMetadata } {
  const named = Object.entries(value).filter(
    ([, inner]) => typeof inner === "object" && inner !== null,
  );
  if (named.length === 0) return {};
  return { providerMetadata: Object.fromEntries(named) as ProviderMetadata };
}

/** Text as it is, and any other value as JSON. */
export function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A part that the format knows nothing like. */
export function asCustom(part: Part): CustomPart {
  return { type: "custom", kind: `${OWN_KIND}${part.type}`, value: part };
}

// Nothing in these can break the grammar.
const RESTORED: readonly string[] = [
  "source",
  "file",
  "status",
  "response-metadata",
  "tool-result",
];

/** The reverse, also for what is really the provider's own, or lacks what makes such a part. */
export function fromCustom(custom: CustomPart): Part {
  const type = custom.kind.slice(OWN_KIND.length) as Part["type"];
  if (!custom.kind.startsWith(OWN_KIND) || !RESTORED.includes(type)) return custom;
  const value = fields(custom.value);
  const found = whole(type, { ...value, ...timestampOf(value) });
  if (found === undefined) return custom;
  return { type, ...found, ...splitExtras(value["providerMetadata"]).metadata } as Part;
}

/** JSON has no dates. */
export function timestampOf(value: Wire): { timestamp?: Date } {
  const timestamp = new Date(text(value["timestamp"]));
  return Number.isNaN(timestamp.getTime()) ? {} : { timestamp };
}

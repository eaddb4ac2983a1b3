import type { ProviderMetadata } from "@millrace/parts";
import { z } from "zod";
import { fileUrl } from "./file-content.ts";
import { isObject, jsonObject, jsonValue } from "./json.ts";

/** A part of a message of the AI SDK, as far as a model is told of it. */
export type UiPart =
  | { kind: "text"; text: string; providerMetadata?: ProviderMetadata | undefined }
  | {
      kind: "reasoning";
      text: string;
      signature?: string | undefined;
      encrypted?: string | undefined;
      providerMetadata?: ProviderMetadata | undefined;
    }
  | { kind: "file"; url: string; mediaType: string; filename?: string | undefined }
  | {
      kind: "tool";
      toolCallId: string;
      toolName: string;
      input: unknown;
      result?: { result: unknown; isError?: boolean } | undefined;
      providerMetadata?: ProviderMetadata | undefined;
    }
  | { kind: "step" }
  | { kind: "shown" };

// Newer clients keep more than these, which says nothing to a model: unknown fields are no mistake.

/** Per provider. Under `millrace` is what the AI SDK has no field for. */
const metadata = z.record(z.string(), jsonObject).optional();

const text = z
  .object({ text: z.string(), providerMetadata: metadata })
  .transform(({ text, providerMetadata }): UiPart => ({
    kind: "text",
    text,
    providerMetadata: ofProviders(providerMetadata),
  }));

const reasoning = z
  .object({ text: z.string(), providerMetadata: metadata })
  .transform(({ text, providerMetadata }): UiPart => {
    const { signature, encrypted } = providerMetadata?.["millrace"] ?? {};
    return {
      kind: "reasoning",
      text,
      ...(typeof signature === "string" && { signature }),
      ...(typeof encrypted === "string" && { encrypted }),
      providerMetadata: ofProviders(providerMetadata),
    };
  });

const file = z
  .object({ url: fileUrl, mediaType: z.string(), filename: z.string().optional() })
  .transform((file): UiPart => ({ kind: "file", ...file }));

const STATES = [
  "input-streaming",
  "input-available",
  "approval-requested",
  "approval-responded",
  "output-available",
  "output-error",
  "output-denied",
] as const;

const tool = z
  .object({
    type: z.string(),
    toolName: z.string().optional(), // in a dynamic tool's; others have it in their type
    toolCallId: z.string(),
    state: z.enum(STATES),
    input: jsonValue.optional(),
    rawInput: jsonValue.optional(),
    output: jsonValue.optional(),
    errorText: z.string().optional(),
    providerExecuted: z.boolean().optional(),
    callProviderMetadata: metadata,
  })
  .transform((part): UiPart => {
    const { type, toolCallId, state, providerExecuted } = part;
    // What the provider ran itself is its own, and what has not come whole is nothing to act on.
    if (providerExecuted === true || state === "input-streaming") return SHOWN;
    return {
      kind: "tool",
      toolCallId,
      toolName: part.toolName ?? type.slice(TOOL.length),
      input: part.input ?? part.rawInput ?? {},
      result: resultOf(part),
      providerMetadata: ofProviders(part.callProviderMetadata),
    };
  });

const TOOL = "tool-";
const SHOWN: UiPart = { kind: "shown" };

/** What only the user sees. */
const shown = z.object({}).transform(() => SHOWN);
const step = z.object({}).transform((): UiPart => ({ kind: "step" }));

export const uiPart = z.looseObject({ type: z.string() }).transform((part, context): UiPart => {
  const schema = schemaOf(part.type);
  if (schema === undefined) {
    context.addIssue({ code: "custom", path: ["type"], message: `no such part: ${part.type}` });
    return z.NEVER;
  }
  const { data, error } = schema.safeParse(part);
  if (data !== undefined) return data;
  for (const { path, message } of error.issues) {
    context.addIssue({ code: "custom", path: [...path], message });
  }
  return z.NEVER;
});

function schemaOf(type: string): z.ZodType<UiPart> | undefined {
  const known = SCHEMAS.get(type);
  if (known !== undefined) return known;
  if (type.startsWith(TOOL)) return tool;
  return type.startsWith("data-") ? shown : undefined;
}

const SCHEMAS = new Map<string, z.ZodType<UiPart>>([
  ["text", text],
  ["reasoning", reasoning],
  ["file", file],
  ["dynamic-tool", tool],
  ["step-start", step],
  ["source-url", shown],
  ["source-document", shown],
  ["reasoning-file", shown],
  ["custom", shown],
]);

interface Outcome {
  state: (typeof STATES)[number];
  output?: unknown;
  errorText?: string | undefined;
}

function resultOf({ state, output = null, errorText }: Outcome) {
  if (state === "output-available") return { result: output };
  if (state === "output-error") return { result: errorText ?? "", isError: true };
  return state === "output-denied" ? { result: "The user said no.", isError: true } : undefined;
}

function ofProviders(metadata: ProviderMetadata | undefined): ProviderMetadata | undefined {
  if (!isObject(metadata)) return undefined;
  const own = Object.entries(metadata).filter(([name]) => name !== "millrace");
  return own.length > 0 ? Object.fromEntries(own) : undefined;
}

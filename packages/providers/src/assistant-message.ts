import type {
  Part,
  ProviderMetadata,
  ReasoningEnd,
  ResponseMetadata,
  ToolCall,
} from "@millrace/parts";
import type { AssistantMessage, ReasoningContent, TextContent, ToolCallContent } from "./prompt.ts";
import { known } from "./shared/wire.ts";

/** What an assistant's message is made of, in the order in which it was said. */
type Content = TextContent | ReasoningContent | ToolCallContent;

export interface AssistantMessageOptions {
  /**
   * The name of the provider that has answered: others are not sent its reasoning. Where the parts name one,
   * as those of `ask` do that have an id of their request, what follows is that one's. Default: any.
   */
  provider?: string;
  /** Which of several answers. Default 0. */
  choice?: number;
}

/**
 * The answer as a message to send back, before the results of its calls or the next question: texts,
 * reasoning with its signature, and the calls that are whole.
 *
 * What a `reset` takes back, refusals, calls that broke off, and what the provider ran itself are left
 * out. So there must be no result of a call that broke off.
 *
 * @example
 * ```ts
 * import type { Part } from "@millrace/parts";
 * import { assistantMessage } from "@millrace/providers";
 *
 * const parts: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "Let me " },
 *   { type: "text-delta", id: "text-0", delta: "look." },
 *   { type: "tool-call", toolCallId: "a", toolName: "look", input: "{}", inputState: "valid" },
 * ];
 * const [text, call] = assistantMessage(parts).content;
 * text; // => { type: "text", text: "Let me look." }
 * call; // => { type: "tool-call", toolCallId: "a", toolName: "look", input: "{}" }
 * ```
 */
export function assistantMessage(
  parts: readonly Part[],
  { provider, choice = 0 }: AssistantMessageOptions = {},
): AssistantMessage & { content: Content[] } {
  const blocks = new Map<string, Block>(); // a call under the id of the block that its input came in
  let thinker = provider;

  function open(id: string, content: Content): void {
    blocks.set(id, { content, pieces: [] });
  }

  for (const part of parts) {
    if (part.type === "reset") for (const id of part.blocks) blocks.delete(id);
    // After a failover, that of the next one.
    if (part.type === "response-metadata") thinker = nameIn(part) ?? thinker;
    if (part.type === "raw" || (part.choice ?? 0) !== choice) continue;
    const block = "id" in part ? blocks.get(part.id ?? "") : undefined;
    switch (part.type) {
      case "text-start":
        if (part.kind !== "refusal") open(part.id, { type: "text", text: "" });
        break;
      case "reasoning-start":
        open(part.id, { type: "reasoning", text: "", ...known({ provider: thinker }) });
        break;
      case "text-delta":
      case "reasoning-delta":
        block?.pieces.push(part.delta);
        break;
      case "reasoning-end":
        if (block !== undefined) Object.assign(block.content, proofOf(part));
        break;
      case "tool-call":
        if (part.inputState !== "truncated" && part.providerExecuted !== true) {
          open(part.toolCallId, callOf(part));
        }
        break;
    }
    if ("id" in part) keep(blocks.get(part.id ?? ""), part.providerMetadata);
  }

  const content = [...blocks.values()].map(close).filter(saysAnything);
  return { role: "assistant", content };
}

interface Block {
  content: Content;
  pieces: string[];
}

function nameIn({ providerMetadata = {} }: ResponseMetadata): string | undefined {
  return Object.keys(providerMetadata)[0];
}

function callOf({ type, toolCallId, toolName, input, providerMetadata }: ToolCall): Content {
  return { type, toolCallId, toolName, input, ...known({ providerMetadata }) };
}

function proofOf({ signature, encrypted }: ReasoningEnd): Partial<ReasoningContent> {
  return known({ signature, encrypted });
}

/** Of a block, the metadata of all its parts. */
function keep(block: Block | undefined, metadata: ProviderMetadata | undefined): void {
  if (block === undefined || metadata === undefined) return;
  const { content } = block;
  content.providerMetadata = merge(content.providerMetadata, metadata);
}

function close({ content, pieces }: Block): Content {
  return content.type === "tool-call" ? content : { ...content, text: pieces.join("") };
}

function saysAnything(content: Content): boolean {
  if (content.type === "tool-call" || content.providerMetadata !== undefined) return true;
  return content.text !== "" || "signature" in content || "encrypted" in content;
}

function merge(
  before: ProviderMetadata | undefined,
  { ...metadata }: ProviderMetadata,
): ProviderMetadata {
  for (const [name, fields] of Object.entries(before ?? {})) {
    metadata[name] = { ...fields, ...metadata[name] };
  }
  return metadata;
}

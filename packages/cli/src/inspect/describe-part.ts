import type { Part, Usage } from "@millrace/parts";
import { count } from "../quantities.ts";
import { snippet } from "../visible.ts";

const LONGEST_ID = 16; // that is shown whole

/** A part in so many characters. */
export function describePart(part: Part, length: number): string {
  return snippet(`${part.type}${choice(part)} ${tell(part)}`.trimEnd(), length);
}

function choice(part: Part): string {
  const number = part.type === "raw" ? 0 : (part.choice ?? 0);
  return number > 0 ? `[${number}]` : "";
}

function tell(part: Part): string {
  switch (part.type) {
    case "text-delta":
    case "reasoning-delta":
    case "tool-input-delta":
      return `${brief(part.id)} ${JSON.stringify(part.delta)}`;
    case "text-start":
    case "reasoning-start":
      return `${brief(part.id)} ${part.kind ?? ""}`;
    case "tool-input-start":
      return `${brief(part.id)} ${part.toolName}`;
    case "text-end":
    case "reasoning-end":
    case "tool-input-end":
      return brief(part.id);
    case "tool-call":
      return `${part.toolName} ${part.input} ${part.inputState === "valid" ? "" : part.inputState}`;
    case "tool-result":
      return `${brief(part.toolCallId)} ${JSON.stringify(part.result)}`;
    case "source":
      return part.source.url ?? part.source.title ?? part.source.kind;
    case "file":
      return part.mediaType;
    case "response-metadata":
      return [part.modelId, part.id && brief(part.id)]
        .filter((field) => field !== undefined)
        .join(" ");
    case "status":
      return part.status;
    case "usage":
      return describeUsage(part.usage);
    case "error":
      return `${part.error.kind}: ${part.error.message}`;
    case "finish":
      return `${part.finishReason.unified} (${part.finishReason.raw ?? "nothing was said"})`;
    case "reset":
      return part.blocks.map(brief).join(" ");
    case "custom":
      return part.kind;
    case "raw":
      return JSON.stringify(part.rawValue);
  }
}

/** An id as far as it tells it from others. */
export function brief(id: string): string {
  return id.length <= LONGEST_ID
    ? id
    : `${id.slice(0, LONGEST_ID / 2)}…${id.slice(-LONGEST_ID / 4)}`;
}

/** Tokens in and out. */
export function describeUsage({ inputTokens, outputTokens }: Usage): string {
  const figures = [
    inputTokens.total === undefined ? [] : `${count(inputTokens.total)} in`,
    outputTokens.total === undefined ? [] : `${count(outputTokens.total)} out`,
    (outputTokens.reasoning ?? 0) === 0
      ? []
      : `${count(outputTokens.reasoning ?? 0)} of it thoughts`,
  ];
  return figures.flat().join(", ");
}

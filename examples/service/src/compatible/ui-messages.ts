import type {
  AssistantMessage,
  Message,
  ToolResultContent,
  UserMessage,
} from "@millrace/providers";
import { z } from "zod";
import { fileAt } from "./file-content.ts";
import { uiPart, type UiPart } from "./ui-parts.ts";

/** A message as the AI SDK's front ends keep it: what is shown, and what the model is told. */
export const uiMessage = z.object({
  id: z.string().optional(),
  role: z.enum(["system", "user", "assistant"]),
  parts: z.array(uiPart),
});

export type UiMessage = z.infer<typeof uiMessage>;

type UserContent = Exclude<UserMessage["content"], string>[number];
type AssistantContent = Exclude<AssistantMessage["content"], string>[number];

/** A message of the assistant has a step for each time that the model was asked. */
export function messagesOf({ role, parts }: UiMessage): Message[] {
  switch (role) {
    case "system":
      return [
        { role, content: parts.map((part) => (part.kind === "text" ? part.text : "")).join("") },
      ];
    case "user": {
      const content = parts.flatMap(userContentOf);
      return content.length > 0 ? [{ role, content }] : [];
    }
    case "assistant":
      return stepsOf(parts).flatMap(stepMessages);
  }
}

function userContentOf(part: UiPart): UserContent[] {
  if (part.kind === "text") return [{ type: "text", text: part.text }];
  return part.kind === "file" ? [fileAt(part.url, part.mediaType, part.filename)] : [];
}

function stepsOf(parts: readonly UiPart[]): UiPart[][] {
  const steps: UiPart[][] = [[]];
  for (const part of parts) {
    if (part.kind === "step") steps.push([]);
    else steps.at(-1)!.push(part);
  }
  return steps;
}

/** What the model said in a step, and what came of its calls. */
function stepMessages(parts: readonly UiPart[]): Message[] {
  const said = parts.flatMap(assistantContentOf);
  const results = parts.flatMap(resultsOf);
  return [
    ...(said.length > 0 ? [{ role: "assistant", content: said } as const] : []),
    ...(results.length > 0 ? [{ role: "tool", content: results } as const] : []),
  ];
}

function assistantContentOf(part: UiPart): AssistantContent[] {
  switch (part.kind) {
    case "text": {
      const { text, providerMetadata } = part;
      return text === "" ? [] : [{ type: "text", text, ...told(providerMetadata) }];
    }
    case "reasoning": {
      const { text, signature, encrypted, providerMetadata } = part;
      return [
        {
          type: "reasoning",
          text,
          ...(signature !== undefined && { signature }),
          ...(encrypted !== undefined && { encrypted }),
          ...told(providerMetadata),
        },
      ];
    }
    case "tool": {
      const { toolCallId, toolName, input, providerMetadata } = part;
      return [{ type: "tool-call", toolCallId, toolName, input, ...told(providerMetadata) }];
    }
    default:
      return [];
  }
}

function told(providerMetadata: Extract<UiPart, { kind: "text" }>["providerMetadata"]) {
  return providerMetadata === undefined ? {} : { providerMetadata };
}

function resultsOf(part: UiPart): ToolResultContent[] {
  if (part.kind !== "tool" || part.result === undefined) return [];
  const { toolCallId, toolName, result } = part;
  return [{ type: "tool-result", toolCallId, toolName, ...result }];
}

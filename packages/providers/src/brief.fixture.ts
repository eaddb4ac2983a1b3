import type { Part } from "@millrace/parts";

/** Parts as lines that a reader of a test can take in: `text-0 + Hi`, `finish stop`. */
export function brief(parts: readonly Part[]): string[] {
  return parts.map((part) => {
    const choice = part.type === "raw" || part.choice === undefined ? "" : `${part.choice}: `;
    return choice + line(part);
  });
}

function line(part: Part): string {
  switch (part.type) {
    case "text-start":
    case "reasoning-start":
      return words(part.id, "(", part.kind);
    case "tool-input-start":
      return words(
        part.id,
        "(",
        part.toolName,
        part.inputEncoding,
        part.providerExecuted && "provider",
      );
    case "text-delta":
    case "reasoning-delta":
    case "tool-input-delta":
      return words(part.id, "+", part.delta);
    case "text-end":
    case "tool-input-end":
      return words(part.id, ")");
    case "reasoning-end":
      return words(part.id, ")", part.signature, part.encrypted);
    case "tool-call":
      return words("call", part.toolCallId, part.toolName, part.input, part.inputState);
    case "tool-result":
      return words("result", part.toolCallId, JSON.stringify(part.result));
    case "source":
      return words(
        "source",
        part.source.kind,
        part.source.url ?? part.source.fileId,
        part.source.title,
      );
    case "file":
      return words(
        "file",
        part.mediaType,
        part.data.type === "url" ? part.data.url : part.data.data,
      );
    case "response-metadata":
      return words("response", part.id, part.modelId, part.role);
    case "status":
      return words("status", part.status, part.progress);
    case "usage":
      return words("usage", part.usage.inputTokens.total, part.usage.outputTokens.total);
    case "error":
      return words("error", part.error.kind, part.error.message);
    case "finish":
      return words("finish", part.finishReason.unified, part.finishReason.raw);
    case "reset":
      return words("reset", ...part.blocks);
    case "custom":
      return words("custom", part.kind, JSON.stringify(part.value));
    case "raw":
      return words("raw", part.event, JSON.stringify(part.rawValue));
  }
}

function words(...all: unknown[]): string {
  return all.filter((word) => word !== undefined && word !== false).join(" ");
}

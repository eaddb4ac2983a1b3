import type { FinishPart, Part, ToolCall, ToolResult, Usage } from "@millrace/parts";
import { NAMELESS, type Answer, type BlockFields, type BlockKind } from "../shared/answer.ts";
import { fromCustom, isEmpty, splitExtras } from "../shared/extras.ts";
import { finishReason, sentError } from "../shared/known.ts";
import { optional } from "../shared/typed.ts";
import { fields, pick, text, type Wire } from "../shared/wire.ts";

const NAMESPACE = "ag-ui";

/** What may come between the pieces of a shorthand, to clients too. */
const ASIDE: ReadonlySet<string> = new Set([
  ...["RAW", "ACTIVITY_SNAPSHOT", "ACTIVITY_DELTA", "REASONING_ENCRYPTED_VALUE"],
  "SUBAGENT_STARTED",
]);

/** Reads the events of one run as parts. */
export function openRun(): (event: Wire, answer: Answer) => void {
  const others = new Set<string>(); // messages that are not the assistant's
  let runId = "";
  // What shorthands go on with, and whether one has opened it.
  let chunked: { kind: BlockKind; id: string; isOwn: boolean } | undefined;
  const spans = new Set<string>(); // reasoning that ends with its span, not with a message in it
  const encrypted = new Map<string, string>(); // of reasoning that is open

  /** An id as the encoder was given it. */
  function idIn(event: Wire, name: string): string {
    const id = text(event[name]);
    return runId !== "" && id.startsWith(`${runId}:`) ? id.slice(runId.length + 1) : id;
  }

  /** A shorthand's block lasts until something else comes. */
  function readShorthand(kind: BlockKind, event: Wire, answer: Answer): void {
    const name = kind === "tool-input" ? "toolCallId" : "messageId";
    const id = idIn(event, name) || (chunked?.id ?? "");
    if (chunked?.kind !== kind || chunked.id !== id) {
      closeChunked(answer);
      chunked = { kind, id, isOwn: !answer.isOpen(kind, id) };
    }
    if (kind === "text" && isOthers(event, id, answer)) {
      answer.put(unknownEvent(event));
      return;
    }
    const toolName = text(event["toolCallName"]);
    answer.start(kind, id, kind === "tool-input" ? { toolName } : {});
    answer.delta(kind, id, text(event["delta"]), splitExtras(event["metadata"]).metadata);
  }

  /** Whether a message is not the assistant's, as its first event says. */
  function isOthers(event: Wire, id: string, answer: Answer): boolean {
    const role = text(event["role"]);
    if (role !== "" && role !== "assistant" && !others.has(id)) {
      answer.hold(id.length + 1);
      others.add(id);
    }
    return others.has(id);
  }

  function closeChunked(answer: Answer): void {
    if (chunked === undefined) return;
    const { kind, id, isOwn } = chunked;
    chunked = undefined;
    if (!isOwn) return;
    if (kind === "text") answer.end(kind, id);
    else if (kind === "reasoning") endReasoning(id, answer);
    else if (answer.isOpen(kind, id)) answer.call(id, "", "");
  }

  /** With what is encrypted of it, unless the encoder has told. */
  function endReasoning(id: string, answer: Answer, own: Wire = {}, metadata: object = {}): void {
    const sent = { encrypted: encrypted.get(id) };
    answer.hold(-(sent.encrypted?.length ?? 0));
    encrypted.delete(id);
    const told = optional<BlockFields>("reasoning-end", own);
    const fields = isEmpty(told) ? optional<BlockFields>("reasoning-end", sent) : told;
    answer.end("reasoning", id, { ...fields, ...metadata });
  }

  function readFinished(event: Wire, answer: Answer): void {
    const { extras, metadata } = splitExtras(event["metadata"]);
    const { tanstack, ...rest } = fields(metadata.providerMetadata);
    const said = text(fields(tanstack)["finishReason"]).replace("_", "-");
    const own = fields(extras["finishReason"]);
    const raw = rawOf(own);
    const outcome = fields(event["outcome"]);
    answer.close();
    readUsage(event, answer);
    if (outcome["type"] === "cancelled") {
      answer.fail(sentError("The run was cancelled", "aborted", {}, event));
      answer.finish("error", raw);
      return;
    }
    const known = fields(outcome["interrupts"]);
    const isNew = Object.values(known).some(
      (one) => !answer.approvals.has(text(fields(one)["id"])),
    );
    if (isNew) answer.put({ type: "custom", kind: `${NAMESPACE}.interrupts`, value: known });
    const { result } = event;
    if (result !== undefined)
      answer.put({ type: "custom", kind: `${NAMESPACE}.result`, value: result });
    const reason = finishReason(own["unified"]) ?? finishReason(said);
    answer.finish(reason ?? (answer.owed.size > 0 ? "tool-calls" : "stop"), {
      ...optional<FinishPart>("finish", { ...extras, raw: undefined }),
      ...raw,
      ...(Object.keys(rest).length > 0 && {
        providerMetadata: rest as NonNullable<FinishPart["providerMetadata"]>,
      }),
    });
  }

  return (event, answer) => {
    const type = text(event["type"]);
    const { extras, metadata } = splitExtras(event["metadata"]);
    if (type === "TEXT_MESSAGE_CHUNK") {
      readShorthand("text", event, answer);
      return;
    }
    if (type === "REASONING_MESSAGE_CHUNK") {
      readShorthand("reasoning", event, answer);
      return;
    }
    if (type === "TOOL_CALL_CHUNK") {
      readShorthand("tool-input", event, answer);
      return;
    }
    if (!ASIDE.has(type)) closeChunked(answer);
    const messageId = idIn(event, "messageId");
    const toolCallId = idIn(event, "toolCallId");
    if (type.startsWith("TEXT_MESSAGE_") && isOthers(event, messageId, answer)) {
      answer.put(unknownEvent(event));
      return;
    }
    switch (type) {
      case "RUN_STARTED": {
        runId = text(event["runId"]);
        const ids = pick<{ threadId: string; runId: string }>(event, "threadId", "runId");
        answer.put({ type: "response-metadata", providerMetadata: { [NAMESPACE]: ids } });
        break;
      }
      case "TEXT_MESSAGE_START":
        answer.start("text", messageId, {
          ...optional<BlockFields>("text-start", extras),
          ...metadata,
        });
        break;
      case "TEXT_MESSAGE_CONTENT": {
        const more = { ...optional<BlockFields>("text-delta", extras), ...metadata };
        answer.delta("text", messageId, text(event["delta"]), more);
        break;
      }
      case "TEXT_MESSAGE_END":
        answer.end("text", messageId, metadata);
        break;
      case "REASONING_START":
        spans.add(messageId);
        answer.start("reasoning", messageId, {
          ...optional<BlockFields>("reasoning-start", extras),
          ...metadata,
        });
        break;
      case "REASONING_MESSAGE_START":
        answer.start("reasoning", messageId, metadata);
        break;
      case "REASONING_MESSAGE_END":
        if (!spans.has(messageId)) endReasoning(messageId, answer, {}, metadata);
        break;
      case "REASONING_MESSAGE_CONTENT":
        answer.delta("reasoning", messageId, text(event["delta"]), metadata);
        break;
      case "REASONING_ENCRYPTED_VALUE": {
        const entityId = idIn(event, "entityId");
        if (event["subtype"] !== "message" || !answer.isOpen("reasoning", entityId)) {
          answer.put(unknownEvent(event));
          break;
        }
        const value = text(event["encryptedValue"]);
        answer.hold(value.length - (encrypted.get(entityId)?.length ?? 0));
        encrypted.set(entityId, value);
        break;
      }
      case "REASONING_END":
        spans.delete(messageId);
        endReasoning(messageId, answer, extras, metadata);
        break;
      case "TOOL_CALL_START": {
        const more = optional<BlockFields>("tool-input-start", extras);
        const toolName = text(event["toolCallName"]);
        answer.start("tool-input", toolCallId, { toolName, ...more, ...metadata });
        break;
      }
      case "TOOL_CALL_ARGS":
        answer.delta("tool-input", toolCallId, text(event["delta"]), metadata);
        break;
      case "TOOL_CALL_END":
        if (!answer.isOpen("tool-input", toolCallId)) break;
        answer.call(toolCallId, "", "", {
          ...optional<ToolCall>("tool-call", extras),
          ...metadata,
        });
        break;
      case "TOOL_CALL_RESULT":
        answer.put({
          ...optional<ToolResult>("tool-result", extras),
          ...metadata,
          type: "tool-result",
          toolCallId: answer.idOf("tool-input", toolCallId) || NAMELESS,
          result: extras["isJson"] === true ? parsed(event["content"]) : event["content"],
        });
        break;
      case "CUSTOM": {
        const name = text(event["name"]);
        const kind = DOTTED.test(name) ? name : `${NAMESPACE}.${name || "custom"}`;
        const value = event["value"];
        answer.put(
          fromCustom({ type: "custom", kind: kind as `${string}.${string}`, value, ...metadata }),
        );
        break;
      }
      case "RAW":
        answer.put({
          type: "raw",
          rawValue: event["event"],
          ...(typeof event["source"] === "string" && { event: event["source"] }),
        });
        break;
      case "RUN_ERROR":
        answer.close();
        readUsage(event, answer);
        if (event["code"] === "interrupted") answer.finish("interrupted", rawOf(extras));
        else {
          answer.fail(sentError(text(event["message"]), event["code"], extras, event));
          answer.finish("error", rawOf(extras));
        }
        break;
      case "RUN_FINISHED":
        readFinished(event, answer);
        break;
      default:
        answer.put(unknownEvent(event));
    }
  };
}

function rawOf({ raw }: Wire): { raw?: string } {
  return optional<{ raw: string }>("finish", { raw });
}

const DOTTED = /^[^]+\.[^]+$/;

/** What the protocol counts, of all models together. */
function readUsage(event: Wire, answer: Answer): void {
  const entries = Object.values(fields(event["usage"])).map(fields);
  if (entries.length === 0) return;
  const sum = (name: string) =>
    entries.reduce<number | undefined>((total, entry) => {
      const count = entry[name];
      return typeof count === "number" && Number.isFinite(count) ? (total ?? 0) + count : total;
    }, undefined);
  const tokens = {
    inputTokens: {
      total: sum("inputTokens"),
      cacheRead: sum("cachedInputTokens"),
      cacheWrite: sum("cacheWriteInputTokens"),
    },
    outputTokens: { total: sum("outputTokens"), reasoning: sum("reasoningTokens") },
  };
  const usage: Usage = {
    inputTokens: pick(tokens.inputTokens, "total", "cacheRead", "cacheWrite"),
    outputTokens: pick(tokens.outputTokens, "total", "reasoning"),
  };
  answer.put({ type: "usage", usage });
}

function unknownEvent(event: Wire): Part {
  const name = text(event["type"]).toLowerCase().replaceAll("_", "-");
  return { type: "custom", kind: `${NAMESPACE}.${name}`, value: event };
}

function parsed(content: unknown): unknown {
  try {
    return JSON.parse(text(content));
  } catch {
    return content;
  }
}

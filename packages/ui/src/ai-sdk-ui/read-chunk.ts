import type {
  CustomPart,
  FilePart,
  FinishPart,
  Part,
  PartFields,
  SourcePart,
  ToolCall,
  ToolResult,
} from "@millrace/parts";
import { NAMELESS, type Answer, type BlockFields, type BlockKind } from "../shared/answer.ts";
import { fromCustom, isEmpty, splitExtras, timestampOf } from "../shared/extras.ts";
import { finishReason, malformed, sentError } from "../shared/known.ts";
import { counts, optional, whole } from "../shared/typed.ts";
import { fields, pick, text, type Wire } from "../shared/wire.ts";

const NAMESPACE = "ai-sdk";

/** One chunk of a UI message stream, of any version, as parts. */
export function readChunk(chunk: Wire, answer: Answer): void {
  const type = text(chunk["type"]);
  const id = text(chunk["id"]);
  const toolCallId = text(chunk["toolCallId"]);
  const { metadata } = splitExtras(chunk["providerMetadata"]);
  switch (type) {
    case "start":
      readStart(chunk, answer);
      break;
    case "start-step":
      answer.step();
      break;
    case "finish-step":
      break;
    case "reset-step":
      answer.reset();
      break;
    case "text-start":
    case "reasoning-start":
      answer.start(blockKind(type), id, { ...optional<BlockFields>(type, chunk), ...metadata });
      break;
    case "text-delta":
    case "reasoning-delta": {
      const more = { ...optional<BlockFields>(type, chunk), ...metadata };
      answer.delta(blockKind(type), id, text(chunk["delta"]), more);
      break;
    }
    case "text-end":
    case "reasoning-end":
      answer.end(blockKind(type), id, {
        ...optional<BlockFields>(type, chunk),
        ...withOwn(metadata, pick(chunk, "citations")),
      });
      break;
    case "tool-input-start": {
      answer.start("tool-input", toolCallId, {
        toolName: text(chunk["toolName"]),
        ...optional<BlockFields>(type, chunk),
        ...metadata,
      });
      break;
    }
    case "tool-input-delta":
      answer.delta("tool-input", toolCallId, text(chunk["inputTextDelta"]), metadata);
      break;
    case "tool-input-available":
      readCall(chunk, answer, metadata);
      break;
    case "tool-input-error":
      readCall(chunk, answer, metadata);
      if (chunk["inputState"] !== undefined) break;
      readResult(answer, toolCallId, chunk["errorText"], { isError: true });
      break;
    case "tool-output-available": {
      const { toolName, preliminary } = optional<ToolResult>("tool-result", chunk);
      readResult(answer, toolCallId, chunk["output"], {
        ...pick<ToolResult>({ toolName, preliminary }, "toolName", "preliminary"),
        ...metadata,
      });
      break;
    }
    case "tool-output-error": {
      const more = { ...optional<ToolResult>("tool-result", chunk), ...metadata };
      const { result = chunk["errorText"] } = chunk;
      readResult(answer, toolCallId, result, { ...more, isError: true });
      break;
    }
    case "source-url":
    case "source-document":
      answer.put(sourceOf(chunk, metadata));
      break;
    case "file":
    case "reasoning-file":
      answer.put(fileOf(chunk, metadata));
      break;
    case "message-metadata":
      readMetadata(chunk, answer);
      break;
    case "error":
      answer.fail(sentError(text(chunk["errorText"]), chunk["kind"], chunk, chunk));
      break;
    case "abort":
      answer.fail(
        sentError(text(chunk["reason"]) || "The answer was aborted", "aborted", {}, chunk),
      );
      break;
    case "finish":
      readFinish(chunk, answer, metadata);
      break;
    case "tool-approval-request":
      if (!answer.approvals.has(text(chunk["approvalId"]))) answer.put(unknownChunk(chunk));
      break;
    default:
      answer.put(type.startsWith("data-") ? fromCustom(customOf(chunk)) : unknownChunk(chunk));
  }
}

function blockKind(type: string): BlockKind {
  return type.startsWith("text") ? "text" : "reasoning";
}

function readStart(chunk: Wire, answer: Answer): void {
  const messageId = pick<{ messageId: string }>(chunk, "messageId");
  if ("messageId" in messageId)
    answer.put({ type: "response-metadata", ...withOwn({}, messageId) });
  readMetadata(chunk, answer);
}

function readCall(chunk: Wire, answer: Answer, more: Partial<ToolCall>): void {
  const { inputState, ...known } = optional<ToolCall>("tool-call", chunk);
  const isRaw = chunk["type"] === "tool-input-error" || inputState === "text";
  let json: string;
  try {
    json = inputOf(chunk["input"], isRaw);
  } catch {
    answer.fail(malformed("The input of a tool cannot be written as JSON", chunk));
    return;
  }
  answer.call(text(chunk["toolCallId"]), text(chunk["toolName"]), json, {
    ...known,
    ...(isRaw && inputState !== undefined && { inputState }),
    ...more,
  });
}

/** As the model wrote it, if `isRaw`; else it is a value, also where it is a text. */
function inputOf(input: unknown, isRaw: boolean): string {
  if (isRaw && typeof input === "string") return input;
  const json = input === undefined ? "" : JSON.stringify(input);
  return json === "{}" ? "" : json;
}

function readResult(
  answer: Answer,
  wireId: string,
  result: unknown,
  more: Partial<ToolResult>,
): void {
  const toolCallId = answer.idOf("tool-input", wireId);
  answer.put({ ...more, type: "tool-result", toolCallId: toolCallId || NAMELESS, result });
}

function sourceOf(chunk: Wire, metadata: Metadata): Part {
  const id = text(chunk["sourceId"]) || "source";
  const sent = whole("source", { ...chunk, id });
  if (sent !== undefined) return { type: "source", ...sent, ...metadata } as SourcePart;
  const kind = chunk["type"] === "source-url" ? "url" : "document";
  const url = text(chunk["url"]);
  const title = text(chunk["title"]);
  const source = { kind, ...(url !== "" && { url }), ...(title !== "" && { title }) };
  const all = withOwn(metadata, pick(chunk, "mediaType", "filename"));
  const more = optional<SourcePart>("source", chunk);
  return { type: "source", id, source, ...more, ...all } as SourcePart;
}

function fileOf(chunk: Wire, metadata: object): Part {
  const url = text(chunk["url"]);
  const [head = "", data] = url.startsWith("data:") ? url.split(";base64,", 2) : [];
  const ownType = data === undefined ? "" : head.slice("data:".length);
  const { id } = optional<FilePart>("file", chunk);
  return {
    type: "file",
    ...(id !== undefined && { id }),
    mediaType: text(chunk["mediaType"]) || ownType || UNKNOWN_TYPE,
    data: data === undefined ? { type: "url", url } : { type: "data", data },
    ...(chunk["type"] === "reasoning-file" && { reasoning: true }),
    ...metadata,
  };
}

const UNKNOWN_TYPE = "application/octet-stream";

/** What the encoder told of the response and of tokens; the rest is the application's. */
function readMetadata({ messageMetadata }: Wire, answer: Answer): void {
  const putOthers = (value: unknown) => {
    answer.put({ type: "custom", kind: `${NAMESPACE}.message-metadata`, value });
  };
  if (Array.isArray(messageMetadata) || typeof (messageMetadata ?? {}) !== "object") {
    putOthers(messageMetadata);
    return;
  }
  const others: Record<string, unknown> = { ...fields(messageMetadata) };
  const { response, usage } = others;
  const about = whole("response-metadata", {
    ...fields(response),
    ...timestampOf(fields(response)),
  });
  if (about !== undefined && !isEmpty(about)) {
    delete others["response"];
    answer.put({ type: "response-metadata", ...about });
  }
  const { inputTokens, outputTokens } = fields(usage);
  const tokens = { inputTokens: counts(inputTokens), outputTokens: counts(outputTokens) };
  // Numbers are how applications account for them, as the AI SDK does.
  if (typeof inputTokens === "object" && typeof outputTokens === "object") {
    delete others["usage"];
    const isCounted = !isEmpty(tokens.inputTokens) || !isEmpty(tokens.outputTokens);
    if (isCounted) answer.put({ type: "usage", usage: tokens });
  }
  if (!isEmpty(others)) putOthers(others);
}

function readFinish(chunk: Wire, answer: Answer, metadata: Metadata): void {
  answer.close();
  readMetadata(chunk, answer);
  const reason =
    finishReason(chunk["finishReason"]) ?? (answer.owed.size > 0 ? "tool-calls" : "other");
  const more = optional<FinishPart & { raw: string }>("finish", chunk);
  answer.finish(reason, { ...more, ...metadata });
}

/** Kinds have a dot; the data parts of applications have none. */
function customOf(chunk: Wire): CustomPart {
  const { id, transient, data } = chunk;
  const name = text(chunk["type"]).slice("data-".length);
  const kind = DOTTED.test(name) ? name : `data.${name || "unknown"}`;
  const { metadata } = splitExtras(chunk["providerMetadata"]);
  const all = withOwn(metadata, id === undefined ? {} : { id, transient });
  return { type: "custom", kind: kind as CustomPart["kind"], value: data, ...all };
}

const DOTTED = /^[^]+\.[^]+$/;

function unknownChunk(chunk: Wire): Part {
  return { type: "custom", kind: `${NAMESPACE}.${text(chunk["type"])}`, value: chunk };
}

type Metadata = Pick<PartFields, "providerMetadata">;

/** Beside what the provider said, what only chunks have. */
function withOwn(metadata: Metadata, own: object): Metadata {
  if (Object.keys(own).length === 0) return metadata;
  return {
    providerMetadata: { ...metadata.providerMetadata, [NAMESPACE]: own as Record<string, unknown> },
  };
}

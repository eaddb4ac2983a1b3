import type {
  CustomPart,
  FinishPart,
  Part,
  ResponseMetadata,
  SourcePart,
  ToolCall,
  ToolResult,
  Usage,
} from "@millrace/parts";
import type { Answer, BlockFields, BlockKind } from "../shared/answer.ts";
import { fromCustom, isEmpty, splitExtras, timestampOf } from "../shared/extras.ts";
import { finishReason, sentError } from "../shared/known.ts";
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
      answer.start(blockKind(type), id, { ...pick<BlockFields>(chunk, "kind"), ...metadata });
      break;
    case "text-delta":
    case "reasoning-delta": {
      const logprobs = type === "text-delta" ? pick<BlockFields>(chunk, "logprobs") : {};
      const more = { ...logprobs, ...metadata };
      answer.delta(blockKind(type), id, text(chunk["delta"]), more);
      break;
    }
    case "text-end":
    case "reasoning-end":
      answer.end(blockKind(type), id, {
        ...pick<BlockFields>(chunk, "signature", "encrypted"),
        ...metadata,
        ...ownMetadata(pick(chunk, "citations")),
      });
      break;
    case "tool-input-start": {
      const more = pick<BlockFields>(chunk, "inputEncoding", "providerExecuted");
      answer.start("tool-input", toolCallId, {
        toolName: text(chunk["toolName"]),
        ...more,
        ...metadata,
      });
      break;
    }
    case "tool-input-delta":
      answer.delta("tool-input", toolCallId, text(chunk["inputTextDelta"]), metadata);
      break;
    case "tool-input-available":
      readCall(chunk, answer, { ...pick<ToolCall>(chunk, "approvalId"), ...metadata });
      break;
    case "tool-input-error":
      readCall(chunk, answer, {
        ...pick<ToolCall>(chunk, "approvalId", "inputState"),
        ...metadata,
      });
      if (chunk["inputState"] !== undefined) break;
      readResult(answer, toolCallId, chunk["errorText"], { isError: true });
      break;
    case "tool-output-available": {
      const more = { ...pick<ToolResult>(chunk, "toolName"), ...metadata };
      readResult(answer, toolCallId, chunk["output"], {
        ...pick<ToolResult>(chunk, "preliminary"),
        ...more,
      });
      break;
    }
    case "tool-output-error": {
      const more = { ...pick<ToolResult>(chunk, "toolName", "preliminary"), ...metadata };
      const result = chunk["result"] ?? chunk["errorText"];
      readResult(answer, toolCallId, result, { isError: true, ...more });
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
      readFinish(chunk, answer);
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
    answer.put({ type: "response-metadata", ...ownMetadata(messageId) });
  readMetadata(chunk, answer);
}

function readCall(chunk: Wire, answer: Answer, more: Partial<ToolCall>): void {
  const { input } = chunk;
  const isText = typeof input === "string";
  const isEmpty = input === undefined || JSON.stringify(input) === "{}";
  const json = isText ? input : isEmpty ? "" : JSON.stringify(input);
  answer.call(text(chunk["toolCallId"]), text(chunk["toolName"]), json, {
    ...pick<ToolCall>(chunk, "providerExecuted"),
    ...more,
  });
}

function readResult(
  answer: Answer,
  wireId: string,
  result: unknown,
  more: Partial<ToolResult>,
): void {
  const toolCallId = answer.idOf("tool-input", wireId);
  answer.put({ ...more, type: "tool-result", toolCallId, result });
}

function sourceOf(chunk: Wire, metadata: object): Part {
  const kind = chunk["type"] === "source-url" ? "url" : "document";
  const plain = { kind, ...pick(chunk, "url", "title") };
  const own =
    chunk["source"] === undefined ? ownMetadata(pick(chunk, "mediaType", "filename")) : {};
  return {
    type: "source",
    id: text(chunk["sourceId"]),
    ...metadata,
    ...own,
    ...pick<SourcePart>({ source: plain, ...chunk }, "source", "anchor"),
  } as SourcePart;
}

function fileOf(chunk: Wire, metadata: object): Part {
  const url = text(chunk["url"]);
  const [head = "", data] = url.startsWith("data:") ? url.split(";base64,", 2) : [];
  return {
    type: "file",
    ...pick<{ id: string }>(chunk, "id"),
    mediaType: text(chunk["mediaType"]) || head.slice("data:".length),
    data: data === undefined ? { type: "url", url } : { type: "data", data },
    ...(chunk["type"] === "reasoning-file" && { reasoning: true }),
    ...metadata,
  };
}

/** What the encoder told of the response and of tokens; the rest is the application's. */
function readMetadata({ messageMetadata }: Wire, answer: Answer): void {
  const { response, usage, ...others } = fields(messageMetadata);
  if (response !== undefined) {
    const known = pick<ResponseMetadata>(fields(response), "id", "modelId", "role");
    answer.put({ type: "response-metadata", ...known, ...timestampOf(fields(response)) });
  }
  const { inputTokens, outputTokens } = fields(usage) as Partial<Usage>;
  const tokens = { inputTokens: fields(inputTokens), outputTokens: fields(outputTokens) };
  if (Object.values(tokens).some((counts) => Object.keys(counts).length > 0)) {
    answer.put({ type: "usage", usage: tokens });
  }
  if (isEmpty(others)) return;
  answer.put({ type: "custom", kind: `${NAMESPACE}.message-metadata`, value: others });
}

function readFinish(chunk: Wire, answer: Answer): void {
  answer.close();
  readMetadata(chunk, answer);
  const reason =
    finishReason(chunk["finishReason"]) ?? (answer.owed.size > 0 ? "tool-calls" : "other");
  answer.finish(reason, {
    ...pick<FinishPart & { raw: string }>(chunk, "raw", "stopSequence", "continuable"),
  });
}

/** Kinds have a dot; the data parts of applications have none. */
function customOf(chunk: Wire): CustomPart {
  const { id, transient, data } = chunk;
  const name = text(chunk["type"]).slice("data-".length);
  const kind = name.includes(".") ? name : `data.${name}`;
  const own = id === undefined ? {} : ownMetadata({ id, transient });
  const { metadata } = splitExtras(chunk["providerMetadata"]);
  return { type: "custom", kind: kind as CustomPart["kind"], value: data, ...own, ...metadata };
}

function unknownChunk(chunk: Wire): Part {
  return { type: "custom", kind: `${NAMESPACE}.${text(chunk["type"])}`, value: chunk };
}

function ownMetadata(value: object): {
  providerMetadata?: Record<string, Record<string, unknown>>;
} {
  const isEmpty = Object.keys(value).length === 0;
  return isEmpty ? {} : { providerMetadata: { [NAMESPACE]: value as Record<string, unknown> } };
}

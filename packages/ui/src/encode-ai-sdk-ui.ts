import { stage, type Stage } from "@millrace/core";
import type {
  FilePart,
  Part,
  ReasoningEnd,
  SourcePart,
  TextDelta,
  ToolCall,
  ToolResult,
} from "@millrace/parts";
import type { SseFormat } from "@millrace/sse";
import { encodeAnswer } from "./shared/encode-answer.ts";
import { asCustom, withExtras } from "./shared/extras.ts";
import { dataChunk, type Chunk } from "./ai-sdk-ui/data-chunk.ts";
import { safeFields, safeText, type ErrorText } from "./shared/stream-error.ts";

const DEFAULT_MAX_HELD = 1_048_576;

export interface EncodeAiSdkUiOptions {
  /** The major version of `ai` in the client. Default 5, which later ones read as well. */
  target?: 5 | 6 | 7;
  /** The id of the message. Default: the client makes one up. */
  messageId?: string;
  /** What the client is told of an error. Default: that the answer failed, and no more. */
  errorText?: ErrorText;
  /** UTF-16 units of chunks that target 7 keeps, in case blocks are taken back. Default 1 Mi. */
  maxHeld?: number;
}

/** For `sseResponse`: what goes with `encodeAiSdkUi`. */
export const aiSdkUi: SseFormat = {
  headers: { "x-vercel-ai-ui-message-stream": "v1" },
  keepAlive: { comment: "keep-alive" },
};

/**
 * Parts as the chunks of the AI SDK's UI message stream, which `useChat` reads.
 *
 * - **In / Out:** parts; the JSON of each chunk, which `sseResponse` sends, and `[DONE]` at last. One
 *   message of one step; choice 0 alone. What the format has no field for is in `providerMetadata`
 *   under `millrace`; a part like nothing in it is a data part, `data-millrace.status`. Custom parts
 *   are data parts of their kind. `raw` parts and the metadata of responses are not sent.
 * - **When:** `start` at once, then a chunk a part. An error comes last, since clients stop there.
 * - **End:** open blocks are closed and `finish` and `[DONE]` sent, whether the answer is whole, is cut
 *   off, or its source fails, and then the output ends well.
 * - **Targets:** no chunk and no value reaches a client that does not know it, and would stop. What is
 *   taken back (`reset`) is so in target 7, where what stays of the step is sent again; elsewhere, and
 *   where a client may have run a tool by then, it is an error.
 * - **Limits:** `maxHeld`, beyond which what is taken back is an error in target 7, too.
 * - **Errors:** none. The client gets `errorText`, the kind and whether to try again.
 * - **Cost:** one `JSON.stringify` a chunk; the input of a tool is parsed once.
 * - **Source:** AI SDK, UI message stream protocol v1: `uiMessageChunkSchema` of `ai` 5, 6 and 7.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import type { Part } from "@millrace/parts";
 * import { encodeAiSdkUi } from "@millrace/ui";
 *
 * const parts: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "Good morning" },
 * ];
 * const chunks = run(encodeAiSdkUi(), parts);
 * chunks[3]; // => '{"type":"text-delta","id":"text-0","delta":"Good morning"}'
 * chunks.at(-1); // => "[DONE]"
 * ```
 */
export function encodeAiSdkUi(options: EncodeAiSdkUiOptions = {}): Stage<Part, string> {
  const { target = 5, messageId, errorText = safeText, maxHeld = DEFAULT_MAX_HELD } = options;
  return stage((emit, end) => {
    const calls = new Set<string>(); // the tools that the client knows of
    let kept: Kept[] | undefined = target < 7 ? undefined : []; // what the step shows
    let held = 0;

    function put(chunk: Chunk, block?: string): void {
      const json = JSON.stringify(chunk);
      emit(json);
      if (kept === undefined || chunk["transient"] === true) return;
      held += json.length;
      // What a client may have answered by running a tool is not taken back.
      if (held > maxHeld || isForClient(chunk)) kept = undefined;
      else keep(kept, chunk, block);
    }

    function writeCall(call: ToolCall): void {
      const { toolCallId, toolName, input, inputState, providerExecuted, approvalId } = call;
      const tool = { toolCallId, toolName, providerExecuted };
      const value = parseInput(call);
      calls.add(toolCallId);
      if (value === undefined) {
        const state = inputState === "truncated" ? inputState : "invalid";
        put(
          {
            type: "tool-input-error",
            ...tool,
            input,
            errorText: `The input of the tool is ${state}.`,
            providerMetadata: withExtras(call.providerMetadata, { inputState: state, approvalId }),
          },
          toolCallId,
        );
        return;
      }
      const providerMetadata = withExtras(call.providerMetadata, { approvalId });
      put({ type: "tool-input-available", ...tool, input: value, providerMetadata }, toolCallId);
      if (approvalId === undefined || target < 6) return;
      put({ type: "tool-approval-request", approvalId, toolCallId }, toolCallId);
    }

    function writeResult(part: ToolResult): void {
      const { toolCallId, toolName, result, isError, preliminary } = part;
      // Clients stop at the result of a call that they know nothing of.
      if (!calls.has(toolCallId)) write(asCustom(part));
      else if (isError !== true) {
        const providerMetadata = withExtras(part.providerMetadata, { toolName });
        const output = result ?? null;
        put(
          { type: "tool-output-available", toolCallId, output, preliminary, providerMetadata },
          toolCallId,
        );
      } else {
        const isText = typeof result === "string";
        const extras = { toolName, preliminary, result: isText ? undefined : result };
        const providerMetadata = withExtras(part.providerMetadata, extras);
        const said = isText ? result : JSON.stringify(result ?? null);
        put(
          { type: "tool-output-error", toolCallId, errorText: said, providerMetadata },
          toolCallId,
        );
      }
    }

    function writeSource(part: SourcePart): void {
      const { id: sourceId, source, anchor } = part;
      const { kind, url, title, fileId } = source;
      const isPlain = kind === "url" && fileId === undefined && url !== undefined;
      const extras = { source: isPlain ? undefined : source, anchor };
      const providerMetadata = withExtras(part.providerMetadata, extras);
      if (url !== undefined) put({ type: "source-url", sourceId, url, title, providerMetadata });
      else {
        const mediaType = "application/octet-stream";
        const name = title ?? fileId ?? sourceId;
        put({ type: "source-document", sourceId, mediaType, title: name, providerMetadata });
      }
    }

    function writeFile(part: FilePart): void {
      const { id, mediaType, data, preliminary, reasoning, delta } = part;
      if (preliminary === true || delta === true || (reasoning === true && target < 7)) {
        put(dataChunk(asCustom(part), true));
        return;
      }
      const url = data.type === "url" ? data.url : `data:${mediaType};base64,${data.data}`;
      const providerMetadata = withExtras(part.providerMetadata, { id });
      put({
        type: reasoning === true ? "reasoning-file" : "file",
        url,
        mediaType,
        providerMetadata,
      });
    }

    function write(part: Part): void {
      switch (part.type) {
        case "text-start":
        case "text-delta":
        case "text-end":
        case "reasoning-start":
        case "reasoning-delta":
        case "reasoning-end": {
          const { type, id, delta, kind, logprobs, signature, encrypted } = part as BlockPart;
          const extras = { kind, logprobs, signature, encrypted };
          const providerMetadata = withExtras(part.providerMetadata, extras);
          put({ type, id, delta, providerMetadata }, id);
          break;
        }
        case "tool-input-start": {
          const { type, id: toolCallId, toolName, inputEncoding, providerExecuted } = part;
          const { providerMetadata } = part;
          calls.add(toolCallId);
          const tool = { toolCallId, toolName, inputEncoding, providerExecuted };
          put({ type, ...tool, providerMetadata }, toolCallId);
          break;
        }
        case "tool-input-delta": {
          const { type, id: toolCallId, delta: inputTextDelta, providerMetadata } = part;
          put({ type, toolCallId, inputTextDelta, providerMetadata }, toolCallId);
          break;
        }
        case "tool-call":
          writeCall(part);
          break;
        case "tool-result":
          writeResult(part);
          break;
        case "source":
          writeSource(part);
          break;
        case "file":
          writeFile(part);
          break;
        case "response-metadata": {
          const { id, modelId, timestamp, role } = part;
          const response = { id, modelId, timestamp, role };
          put({ type: "message-metadata", messageMetadata: { response } });
          break;
        }
        case "status":
          put(dataChunk(asCustom(part), true));
          break;
        case "custom":
          put(dataChunk(part));
      }
    }

    put({ type: "start", messageId });
    put({ type: "start-step" });
    if (kept !== undefined) kept = [];
    return encodeAnswer(
      {
        write,
        finish({ finishReason, usage, stopSequence, continuable }, error) {
          const { unified, raw } = finishReason;
          const isNew = unified === "interrupted"; // to targets that do not know it, it is an error
          if (error?.kind === "aborted") put({ type: "abort" });
          else if (error !== undefined && !(isNew && target === 7)) {
            put({ type: "error", errorText: errorText(error), ...safeFields(error) });
          }
          const { inputTokens, outputTokens } = usage;
          put({ type: "finish-step" });
          put({
            type: "finish",
            finishReason: isNew && target < 7 ? "error" : unified,
            messageMetadata: {
              usage: { inputTokens, outputTokens },
              finish: { raw, stopSequence, continuable },
            },
          });
          emit("[DONE]");
        },
        reset(blocks) {
          if (kept === undefined) return false;
          const stays = kept.filter(({ block }) => block === undefined || !blocks.includes(block));
          kept = [];
          held = 0;
          for (const id of blocks) calls.delete(id);
          emit('{"type":"reset-step"}');
          for (const { chunk, block } of stays) put(chunk, block);
          return true;
        },
      },
      end,
    );
  });
}

/** Blocks of text and of reasoning: their parts are chunks as they are. */
type BlockPart = { type: string; id: string } & Partial<
  Omit<TextDelta & ReasoningEnd, "type" | "id"> & { kind: string }
>;

/** A chunk, and the block or the tool that it belongs to. */
interface Kept {
  chunk: Chunk;
  block: string | undefined;
}

/** Deltas that follow each other are kept as one. */
function keep(kept: Kept[], chunk: Chunk, block: string | undefined): void {
  const last = kept.at(-1);
  const field = chunk.type === "tool-input-delta" ? "inputTextDelta" : "delta";
  const isMore = last?.chunk.type === chunk.type && last.block === block && field in chunk;
  if (isMore && chunk["providerMetadata"] === undefined) {
    last.chunk[field] = `${last.chunk[field] as string}${chunk[field] as string}`;
  } else kept.push({ chunk, block });
}

function isForClient({ type, providerExecuted }: Chunk): boolean {
  return type === "tool-input-available" && providerExecuted !== true;
}

/** `undefined` for what no tool can be run with. */
function parseInput({ input, inputState }: ToolCall): unknown {
  if (inputState === "text") return input;
  if (inputState !== "valid") return undefined;
  try {
    return JSON.parse(input || "{}");
  } catch {
    return undefined;
  }
}

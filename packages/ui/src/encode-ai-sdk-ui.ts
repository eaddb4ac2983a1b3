import { stage, type Stage } from "@millrace/core";
import type {
  CustomPart,
  FilePart,
  FinishPart,
  Part,
  PartFields,
  ReasoningEnd,
  SourceAnchor,
  StreamError,
  ToolCall,
} from "@millrace/parts";
import {
  encodeAnswer,
  safeFields,
  safeText,
  type ErrorText,
  type WrittenBlocks,
} from "@millrace/parts/encode";
import type { SseFormat } from "@millrace/sse";
import { asCustom, toText, withExtras } from "./shared/extras.ts";

const DEFAULT_MAX_HELD = 1_048_576;

export interface EncodeAiSdkUiOptions {
  /** The major version of `ai` in the client. Default 5, which later ones read as well. */
  target?: 5 | 6 | 7;
  /** The id of the message. Default: the client makes one up. */
  messageId?: string;
  /** What the client is told of an error. Default: that the answer failed, and no more. */
  errorText?: ErrorText;
  /** UTF-16 units that target 7 keeps, in case blocks are taken back. Default 1 Mi. */
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
    const blocks: WrittenBlocks = new Map();
    let kept: Kept[] | undefined = target < 7 ? undefined : []; // what the step shows
    let held = 0;

    /** A chunk is a part with some fields changed: clients take what they do not know. */
    function put(part: object, changes: object, block?: string): void {
      const { kind, signature, encrypted, anchor, providerMetadata } = part as Extras;
      const extras = { kind, signature, encrypted, anchor }; // what messages are to remember
      const metadata = withExtras(providerMetadata, extras);
      send(JSON.stringify({ ...part, ...changes, providerMetadata: metadata }), block);
    }

    function send(json: string, block: string | undefined): void {
      emit(json);
      held += json.length;
      if (!(held <= maxHeld)) kept = undefined;
      kept?.push({ json, block });
    }

    /** As a data part of its kind, which stays in the message. */
    function putData({ kind, value = null, providerMetadata }: CustomPart): void {
      put({ providerMetadata }, { type: `data-${kind}`, data: value });
    }

    /** As a data part that only the application hears of. */
    function tell(part: Part): void {
      const { kind, value } = asCustom(part);
      emit(JSON.stringify({ type: `data-${kind}`, data: value, transient: true }));
    }

    function writeCall(call: ToolCall): void {
      const { toolCallId, input, inputState, providerExecuted, approvalId } = call;
      const isBad = inputState === "invalid" || inputState === "truncated";
      const changes = isBad
        ? { type: "tool-input-error", errorText: `The input is ${inputState}.` }
        : {
            type: "tool-input-available",
            input: inputState === "valid" ? (JSON.parse(input || "{}") as unknown) : input,
          };
      put(call, changes, toolCallId);
      if (!isBad && approvalId !== undefined && target > 5) {
        put({}, { type: "tool-approval-request", approvalId, toolCallId }, toolCallId);
      }
      // The client may run it at once, and not a second time.
      if (!isBad && providerExecuted !== true) kept = undefined;
    }

    function writeFile(file: FilePart): void {
      const { mediaType, data, preliminary, reasoning, delta } = file;
      const isAside = reasoning === true && target < 7;
      if (isAside || preliminary === true || delta === true) tell(file);
      else {
        const type = reasoning === true ? "reasoning-file" : "file";
        const url = data.type === "url" ? data.url : `data:${mediaType};base64,${data.data}`;
        put(file, { type, url, data: undefined });
      }
    }

    function write(part: Part): void {
      switch (part.type) {
        case "text-start":
        case "text-delta":
        case "text-end":
        case "reasoning-start":
        case "reasoning-delta":
        case "reasoning-end":
          put(part, {}, part.id);
          break;
        case "tool-input-start":
          put(part, { toolCallId: part.id }, part.id);
          break;
        case "tool-input-delta":
          put(part, { toolCallId: part.id, inputTextDelta: part.delta, delta: undefined }, part.id);
          break;
        case "tool-call":
          writeCall(part);
          break;
        case "tool-result": {
          const { toolCallId, result = null, isError } = part;
          const changes = isError
            ? { type: "tool-output-error", errorText: toText(result) }
            : { type: "tool-output-available", output: result, result: undefined };
          // Clients stop at the result of a call that they know nothing of.
          if (blocks.has(toolCallId)) put(part, changes, toolCallId);
          else putData(asCustom(part));
          break;
        }
        case "source": {
          const { id: sourceId, source } = part;
          const { url, title } = source;
          const changes =
            url === undefined
              ? {
                  type: "source-document",
                  title: title ?? sourceId,
                  mediaType: "application/octet-stream",
                }
              : { type: "source-url", title, url };
          put(part, { sourceId, ...changes });
          break;
        }
        case "file":
          writeFile(part);
          break;
        case "response-metadata": {
          const response = { ...part, type: undefined, providerMetadata: undefined };
          put({}, { type: "message-metadata", messageMetadata: { response } });
          break;
        }
        case "status":
          tell(part);
          break;
        case "custom":
          putData(part);
      }
    }

    function finish(part: FinishPart, error: StreamError | undefined): void {
      const { finishReason, usage, ...others } = part;
      const { inputTokens, outputTokens } = usage;
      const { unified, raw } = finishReason;
      const isOld = unified === "interrupted" && target < 7; // such clients know no such reason
      if (error?.kind === "aborted") put({}, { type: "abort" });
      else if (error !== undefined && (isOld || unified === "error")) {
        put({}, { type: "error", errorText: errorText(error), ...safeFields(error) });
      }
      put({}, { type: "finish-step" });
      put(others, {
        finishReason: isOld ? "error" : unified,
        raw,
        messageMetadata: { usage: { inputTokens, outputTokens } },
      });
      emit("[DONE]");
    }

    /** Drops the step, and sends again what stays of it. */
    function reset(ids: readonly string[]): boolean {
      if (kept === undefined) return false;
      for (const id of ids) blocks.delete(id);
      const stays = kept.filter(({ block }) => block === undefined || blocks.has(block));
      kept = [];
      held = 0;
      emit('{"type":"reset-step"}');
      for (const { json, block } of stays) send(json, block);
      return true;
    }

    emit(JSON.stringify({ type: "start", messageId }));
    emit('{"type":"start-step"}');
    return encodeAnswer({ write, finish, reset }, end, { blocks });
  });
}

/** What parts may have that the format has no field for, and a message is to remember. */
type Extras = PartFields &
  Partial<Pick<ReasoningEnd, "signature" | "encrypted">> & {
    kind?: string;
    anchor?: SourceAnchor;
  };

/** A chunk, and the block or the tool that it belongs to. */
interface Kept {
  json: string;
  block: string | undefined;
}

import { stage, type Stage } from "@millrace/core";
import type { FinishPart, Part, PartFields, StreamError, TextDelta, Usage } from "@millrace/parts";
import { encodeAnswer, safeFields, safeText, type ErrorText } from "@millrace/parts/encode";
import type { SseFormat } from "@millrace/sse";
import { asCustom, isEmpty, toText, withExtras } from "./shared/extras.ts";

/** The request's `RunAgentInput` will do. */
export interface EncodeAgUiOptions {
  threadId: string;
  runId: string;
  /** What the client speaks, as it says in its request. Below 1.0 clients say nothing. */
  protocolVersion?: string | undefined;
  /** What the client is told of an error. Default: that the answer failed, and no more. */
  errorText?: ErrorText;
}

/** For `sseResponse`: what goes with `encodeAgUi`. */
export const agUi: SseFormat = {
  keepAlive: { comment: "keep-alive" },
  idFirst: true, // TanStack reads line by line: an id is that of the data behind it
};

/** Ids that a decoder made up, where the provider gives none: each run has the same. */
const MADE_UP = /^(h\d+:)*[a-z]+(-\d+)+$/;

/**
 * Parts as the events of AG-UI, which CopilotKit and TanStack AI read as well.
 *
 * - **In / Out:** parts; the JSON of each event, which `sseResponse` sends. Choice 0 alone. Each block
 *   of text is a message, under an id that has the run in front, as a thread may have many runs; calls
 *   belong to the message before them. What the format has no field for is in `metadata` under
 *   `millrace`; a part like nothing in it is a `CUSTOM` event, `millrace.source`.
 * - **When:** `RUN_STARTED` at once, then an event or two a part. An error comes last: it ends the run.
 * - **End:** open blocks are closed. `RUN_FINISHED` only for an answer that the provider finished;
 *   `RUN_ERROR` if it failed or broke off, or its source fails, and then the output ends well. An
 *   aborted run is `cancelled` for clients of 1.0. What waits for consent is the outcome `interrupt`.
 * - **Limits:** none of its own. Clients take no event above 10 MiB.
 * - **Errors:** none. The client gets `errorText` and the kind. What is taken back (`reset`) is an error.
 * - **Cost:** one `JSON.stringify` an event.
 * - **Source:** AG-UI 1.0: the event schemas of `@ag-ui/core`; also read by 0.0.59.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import type { Part } from "@millrace/parts";
 * import { encodeAgUi } from "@millrace/ui";
 *
 * const parts: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "Good morning" },
 * ];
 * const events = run(encodeAgUi({ threadId: "t", runId: "r" }), parts);
 * events[2]; // => '{"type":"TEXT_MESSAGE_CONTENT","messageId":"r:text-0","delta":"Good morning"}'
 * JSON.parse(events.at(-1)!).type; // => "RUN_ERROR"
 * ```
 */
export function encodeAgUi(options: EncodeAgUiOptions): Stage<Part, string> {
  const { threadId, runId, protocolVersion, errorText = safeText } = options;
  const own = (id: string) => `${runId}:${id}`;
  const toolId = (id: string) => (MADE_UP.test(id) ? own(id) : id);
  return stage((emit, end) => {
    const interrupts: object[] = []; // calls that wait for consent
    let parent: string | undefined; // the message that calls belong to
    let results = 0;

    function put(event: object): void {
      emit(JSON.stringify(event));
    }

    /** An event of a part. What is no field of the event goes along in its metadata. */
    function tell(event: object, part: Part): void {
      const extras = { ...part, ...PLACED };
      put({ ...event, metadata: withExtras((part as PartFields).providerMetadata, extras) });
    }

    function write(part: Part): void {
      const { id, delta } = part as TextDelta;
      const messageId = own(id);
      switch (part.type) {
        case "text-start":
          parent = messageId;
          tell({ type: "TEXT_MESSAGE_START", messageId, role: "assistant" }, part);
          break;
        case "text-delta":
          tell({ type: "TEXT_MESSAGE_CONTENT", messageId, delta }, part);
          break;
        case "text-end":
          tell({ type: "TEXT_MESSAGE_END", messageId }, part);
          break;
        case "reasoning-start":
          tell({ type: "REASONING_START", messageId }, part);
          put({ type: "REASONING_MESSAGE_START", messageId, role: "reasoning" });
          break;
        case "reasoning-delta":
          tell({ type: "REASONING_MESSAGE_CONTENT", messageId, delta }, part);
          break;
        case "reasoning-end": {
          const encryptedValue = part.encrypted ?? part.signature;
          put({ type: "REASONING_MESSAGE_END", messageId });
          if (encryptedValue !== undefined) {
            const subtype = "message";
            put({
              type: "REASONING_ENCRYPTED_VALUE",
              subtype,
              entityId: messageId,
              encryptedValue,
            });
          }
          tell({ type: "REASONING_END", messageId }, part);
          break;
        }
        case "tool-input-start": {
          const parentMessageId = (parent ??= messageId);
          const toolCallName = part.toolName;
          const toolCallId = toolId(id);
          tell({ type: "TOOL_CALL_START", toolCallId, toolCallName, parentMessageId }, part);
          break;
        }
        case "tool-input-delta":
          tell({ type: "TOOL_CALL_ARGS", toolCallId: toolId(id), delta }, part);
          break;
        case "tool-call": {
          const { approvalId } = part;
          const toolCallId = toolId(part.toolCallId);
          tell({ type: "TOOL_CALL_END", toolCallId }, part);
          if (approvalId === undefined) break;
          interrupts.push({ id: approvalId, reason: "tool_approval", toolCallId });
          break;
        }
        case "tool-result": {
          if (part.preliminary === true) {
            write(asCustom(part));
            break;
          }
          const content = toText(part.result ?? null);
          const toolCallId = toolId(part.toolCallId);
          parent = undefined; // what is called from here on stands behind the result
          tell(
            {
              type: "TOOL_CALL_RESULT",
              messageId: own(`result-${results++}`),
              toolCallId,
              content,
              role: "tool",
            },
            { ...part, isJson: content !== part.result } as Part,
          );
          break;
        }
        case "raw":
          put({ type: "RAW", event: part.rawValue ?? null, source: part.event });
          break;
        case "custom":
          put({
            type: "CUSTOM",
            name: part.kind,
            value: part.value ?? null,
            metadata: part.providerMetadata,
          });
          break;
        case "source":
        case "file":
        case "response-metadata":
        case "status":
          write(asCustom(part));
      }
    }

    function finish(part: FinishPart, error: StreamError | undefined): void {
      const usage = tokens(part.usage);
      const { unified, raw } = part.finishReason;
      const isCancelled = error?.kind === "aborted" && protocolVersion === "1.0";
      if (error === undefined || isCancelled) {
        const outcome = isCancelled
          ? { type: "cancelled" }
          : interrupts[0] && { type: "interrupt", interrupts };
        tell({ type: "RUN_FINISHED", threadId, runId, outcome, usage }, part);
      } else {
        put({
          type: "RUN_ERROR",
          message: errorText(error),
          code: unified === "interrupted" ? unified : error.kind,
          usage,
          metadata: withExtras(undefined, { ...safeFields(error), raw }),
        });
      }
    }

    put({ type: "RUN_STARTED", threadId, runId });
    return encodeAnswer({ write, finish }, end);
  });
}

// The fields of parts that events have a place for, or that tell nothing.
const PLACED = {
  type: undefined,
  id: undefined,
  choice: undefined,
  delta: undefined,
  input: undefined,
  result: undefined,
  usage: undefined,
  toolCallId: undefined,
  providerMetadata: undefined,
};

/** In the protocol's own accounting; `undefined` where nobody counted. */
function tokens({ inputTokens, outputTokens }: Usage): object[] | undefined {
  const counts = {
    inputTokens: inputTokens.total,
    outputTokens: outputTokens.total,
    reasoningTokens: outputTokens.reasoning,
    cachedInputTokens: inputTokens.cacheRead,
    cacheWriteInputTokens: inputTokens.cacheWrite,
  };
  return isEmpty(counts) ? undefined : [counts];
}

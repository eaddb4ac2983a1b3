import { stage, type Stage } from "@millrace/core";
import type { Part, Usage } from "@millrace/parts";
import type { SseFormat } from "@millrace/sse";
import { encodeAnswer } from "./shared/encode-answer.ts";
import { asCustom, withExtras } from "./shared/extras.ts";
import { safeFields, safeText, type ErrorText } from "./shared/stream-error.ts";

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
export const agUi: SseFormat = { keepAlive: { comment: "keep-alive" } };

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

    function put(type: string, event: object, part: Part, extras: object = {}): void {
      const { providerMetadata } = part as Exclude<Part, { type: "raw" }>;
      emit(JSON.stringify({ type, ...event, metadata: withExtras(providerMetadata, extras) }));
    }

    function write(part: Part): void {
      switch (part.type) {
        case "text-start": {
          const messageId = (parent = own(part.id));
          put("TEXT_MESSAGE_START", { messageId, role: "assistant" }, part, { kind: part.kind });
          break;
        }
        case "text-delta": {
          const { id, delta, logprobs } = part;
          put("TEXT_MESSAGE_CONTENT", { messageId: own(id), delta }, part, { logprobs });
          break;
        }
        case "text-end":
          put("TEXT_MESSAGE_END", { messageId: own(part.id) }, part);
          break;
        case "reasoning-start": {
          const messageId = own(part.id);
          put("REASONING_START", { messageId }, part, { kind: part.kind });
          emit(JSON.stringify({ type: "REASONING_MESSAGE_START", messageId, role: "reasoning" }));
          break;
        }
        case "reasoning-delta": {
          const { id, delta } = part;
          put("REASONING_MESSAGE_CONTENT", { messageId: own(id), delta }, part);
          break;
        }
        case "reasoning-end": {
          const messageId = own(part.id);
          const { signature, encrypted } = part;
          const encryptedValue = encrypted ?? signature;
          emit(JSON.stringify({ type: "REASONING_MESSAGE_END", messageId }));
          if (encryptedValue !== undefined) {
            const value = { subtype: "message", entityId: messageId, encryptedValue };
            emit(JSON.stringify({ type: "REASONING_ENCRYPTED_VALUE", ...value }));
          }
          put("REASONING_END", { messageId }, part, { signature, encrypted });
          break;
        }
        case "tool-input-start": {
          const { id, toolName, inputEncoding, providerExecuted } = part;
          const toolCallId = toolId(id);
          const parentMessageId = (parent ??= own(id));
          const event = { toolCallId, toolCallName: toolName, parentMessageId };
          put("TOOL_CALL_START", event, part, { inputEncoding, providerExecuted });
          break;
        }
        case "tool-input-delta": {
          const { id, delta } = part;
          put("TOOL_CALL_ARGS", { toolCallId: toolId(id), delta }, part);
          break;
        }
        case "tool-call": {
          const { inputState, providerExecuted, approvalId } = part;
          const toolCallId = toolId(part.toolCallId);
          const extras = { inputState, providerExecuted, approvalId };
          put("TOOL_CALL_END", { toolCallId }, part, extras);
          if (approvalId === undefined) break;
          interrupts.push({ id: approvalId, reason: "tool_approval", toolCallId });
          break;
        }
        case "tool-result": {
          if (part.preliminary === true) {
            write(asCustom(part));
            break;
          }
          const { toolCallId, toolName, result, isError } = part;
          const isText = typeof result === "string";
          const event = {
            messageId: own(`result-${results++}`),
            toolCallId: toolId(toolCallId),
            content: isText ? result : JSON.stringify(result ?? null),
            role: "tool",
          };
          parent = undefined; // what is called from here on stands behind the result
          put("TOOL_CALL_RESULT", event, part, {
            toolName,
            isError,
            isJson: isText ? undefined : true,
          });
          break;
        }
        case "raw":
          emit(JSON.stringify({ type: "RAW", event: part.rawValue ?? null, source: part.event }));
          break;
        case "custom":
          put("CUSTOM", { name: part.kind, value: part.value ?? null }, part);
          break;
        case "source":
        case "file":
        case "response-metadata":
        case "status":
          write(asCustom(part));
      }
    }

    emit(JSON.stringify({ type: "RUN_STARTED", threadId, runId }));
    return encodeAnswer(
      {
        write,
        finish(part, error) {
          const { finishReason, stopSequence, continuable } = part;
          const usage = tokens(part.usage);
          if (error === undefined || (error.kind === "aborted" && protocolVersion === "1.0")) {
            const outcome = error
              ? { type: "cancelled" }
              : interrupts.length > 0
                ? { type: "interrupt", interrupts }
                : undefined;
            const extras = { ...finishReason, stopSequence, continuable };
            const tanstack = { finishReason: finishReason.unified.replace("-", "_") };
            const metadata = { ...withExtras(part.providerMetadata, extras), tanstack };
            emit(
              JSON.stringify({ type: "RUN_FINISHED", threadId, runId, outcome, usage, metadata }),
            );
          } else {
            const isCut = finishReason.unified === "interrupted";
            const code = isCut ? "interrupted" : error.kind;
            const metadata = withExtras(undefined, { ...safeFields(error), raw: finishReason.raw });
            emit(
              JSON.stringify({
                type: "RUN_ERROR",
                message: errorText(error),
                code,
                usage,
                metadata,
              }),
            );
          }
        },
        reset: () => false,
      },
      end,
    );
  });
}

/** In the protocol's own accounting; `undefined` where nobody counted. */
function tokens({ inputTokens, outputTokens }: Usage): object[] | undefined {
  const counts = {
    inputTokens: inputTokens.total,
    outputTokens: outputTokens.total,
    reasoningTokens: outputTokens.reasoning,
    cachedInputTokens: inputTokens.cacheRead,
    cacheWriteInputTokens: inputTokens.cacheWrite,
  };
  return Object.values(counts).some((count) => count !== undefined) ? [counts] : undefined;
}

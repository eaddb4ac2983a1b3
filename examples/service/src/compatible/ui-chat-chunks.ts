import { stage, type Machine, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { isResumeError } from "@millrace/resume";
import { encodeAiSdkUi } from "@millrace/ui";
import type { Asked } from "../upstream.ts";

export type AiSdkVersion = 5 | 6 | 7;

/** What is recorded of an answer: what was asked, for whoever has to go on, then its parts. */
export type ChatItem = ChatBeginning | Part;

export interface ChatBeginning {
  messageId: string;
  question: Asked;
}

/** A recorded answer as the chunks of the UI message stream, for clients of that version. */
export function chatChunks(target: AiSdkVersion): Stage<ChatItem, string> {
  return stage((emit, end) => {
    let machine: Machine<Part> | undefined;
    const begin = (messageId?: string) =>
      encodeAiSdkUi({ target, ...(messageId !== undefined && { messageId }) }).start(emit, end);
    return {
      push(item) {
        if ("messageId" in item) machine = begin(item.messageId);
        else (machine ??= begin()).push(item);
      },
      flush() {
        (machine ?? begin()).flush?.();
      },
      fail(reason) {
        const stopped = isResumeError(reason, "cancelled");
        const said = stopped ? new DOMException("The answer was stopped.", "AbortError") : reason;
        (machine ?? begin()).fail?.(said);
      },
    };
  });
}

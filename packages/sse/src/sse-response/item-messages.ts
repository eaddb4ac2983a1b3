import { stage, type Stage } from "@millrace/core";
import { refusal } from "../encode-message.ts";
import type { SseMessage } from "../sse-message.ts";

export type Message = string | SseMessage;

/** Items as they are, or their JSON. `count` is the number of the first event that gets one. */
export function itemMessages(json: boolean, count: number | undefined): Stage<unknown, Message> {
  return stage((emit) => {
    let offset = 0;
    let number = count;
    return {
      push(item) {
        const message = json ? { data: toJson(item, offset) } : (item as Message);
        offset++;
        if (number === undefined || !needsId(message)) emit(message);
        else emit(withId(message, String(number++)));
      },
    };
  });
}

export function withId(message: Message, id: string): SseMessage {
  return typeof message === "string" ? { data: message, id } : { ...message, id };
}

function needsId(message: Message | null | undefined): message is Message {
  return typeof message === "string" || (message?.data !== undefined && message.id === undefined);
}

function toJson(item: unknown, offset: number): string {
  let cause: unknown;
  try {
    const json = JSON.stringify(item) as string | undefined;
    if (json !== undefined) return json;
  } catch (error) {
    cause = error;
  }
  throw refusal(`an item of type ${typeof item} has no JSON`, offset, { cause });
}

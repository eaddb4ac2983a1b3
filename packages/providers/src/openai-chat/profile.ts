import type { Format } from "../shared/read-answer.ts";
import { chatDeltaPlace } from "./delta-place.ts";
import { readChat } from "./read-chat.ts";

/**
 * What is particular to one speaker of the format. On the wire nothing has to be said of that: it
 * shows in the shape of what they send. What is left are names.
 */
export type ChatProfile = Pick<Format, "stage" | "title" | "name">;

export function chatFormat(profile: ChatProfile): Format {
  return { ...profile, deltaPlace: chatDeltaPlace, open: readChat };
}

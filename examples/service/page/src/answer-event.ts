import type { SseEvent } from "@millrace/sse";
import type { FinishReason, Part, Usage } from "@millrace/parts";

/** The id of the last event of every answer. */
export const LAST_ID = "done";

/** What the service says in an event. */
export interface AnswerData {
  part?: Part;
  /** A comparison has text only, and whose it is. */
  content?: string;
  key?: string;
  error?: { message: string };
  done?: true;
  finishReason?: FinishReason;
  usage?: Pick<Usage, "inputTokens" | "outputTokens">;
}

export function dataOf({ data }: SseEvent): AnswerData {
  return JSON.parse(data) as AnswerData;
}

/** The number of an event; the last one has none. */
export function seqOf({ id }: SseEvent): number | undefined {
  const seq = Number(id);
  return id !== undefined && Number.isInteger(seq) ? seq : undefined;
}

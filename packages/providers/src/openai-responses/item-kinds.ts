/** How one kind of block stands in the output of a response. */
export interface ItemKind {
  type: string;
  /** Of the ids of such items. */
  prefix: string;
  /** The events that bring its text, without `.delta` and `.done`, and the field that has all of it. */
  text?: { event: string; field: string };
  /** The part of the item that the text is in; without one, it is a field of the item itself. */
  part?: { type: string; event: string; list: "content" | "summary" };
}

type KindName = "text" | "refusal" | "reasoning" | "summary" | "redacted" | "call" | "textCall";

export const ITEM_KINDS: Readonly<Record<KindName, ItemKind>> = {
  text: {
    type: "message",
    prefix: "msg",
    text: { event: "output_text", field: "text" },
    part: { type: "output_text", event: "content_part", list: "content" },
  },
  refusal: {
    type: "message",
    prefix: "msg",
    text: { event: "refusal", field: "refusal" },
    part: { type: "refusal", event: "content_part", list: "content" },
  },
  reasoning: {
    type: "reasoning",
    prefix: "rs",
    text: { event: "reasoning_text", field: "text" },
    part: { type: "reasoning_text", event: "content_part", list: "content" },
  },
  summary: {
    type: "reasoning",
    prefix: "rs",
    text: { event: "reasoning_summary_text", field: "text" },
    part: { type: "summary_text", event: "reasoning_summary_part", list: "summary" },
  },
  redacted: { type: "reasoning", prefix: "rs" },
  call: {
    type: "function_call",
    prefix: "fc",
    text: { event: "function_call_arguments", field: "arguments" },
  },
  textCall: {
    type: "custom_tool_call",
    prefix: "ctc",
    text: { event: "custom_tool_call_input", field: "input" },
  },
};

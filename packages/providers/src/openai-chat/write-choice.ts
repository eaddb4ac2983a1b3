import type { ReasoningEnd, SourcePart, StreamError, TextDelta } from "@millrace/parts";
import type { AnswerWriter } from "@millrace/parts/encode";
import { finishWord } from "../shared/finish-reason.ts";
import { writtenLogprobs } from "../shared/logprobs.ts";
import { FINISH_REASONS } from "./finish-reason.ts";

/** A call, as it stands in deltas. */
interface Call {
  index: number;
  key: "function" | "custom";
  field: "arguments" | "input";
}

/** Writes what one choice says. `fail` is told why it is not whole. */
export function writeChoice(
  put: (choice: object) => void,
  fail: (failure: StreamError) => void,
): AnswerWriter {
  const calls = new Map<string, Call>(); // by id
  const refusals = new Set<string>(); // ids of blocks
  let begun = false;

  function choose(delta: object, finish_reason: string | null = null, logprobs?: object): void {
    begin();
    put({ delta, logprobs, finish_reason });
  }

  function begin(): void {
    if (begun) return;
    begun = true;
    choose({ role: "assistant", content: "" });
  }

  function writeText({ id, delta, logprobs }: TextDelta): void {
    if (delta === "" && logprobs === undefined) return;
    const key = refusals.has(id) ? "refusal" : "content";
    choose({ [key]: delta }, null, logprobs && { [key]: writtenLogprobs(logprobs) });
  }

  function seal({ signature, encrypted: data }: ReasoningEnd): void {
    const details = [
      signature !== undefined && { type: "reasoning.text", signature, index: 0 },
      data !== undefined && { type: "reasoning.encrypted", data, index: 0 },
    ].filter(Boolean);
    if (details.length > 0) choose({ reasoning_details: details });
  }

  function startCall(id: string, name: string, isText: boolean): void {
    const index = calls.size;
    const call: Call = isText
      ? { index, key: "custom", field: "input" }
      : { index, key: "function", field: "arguments" };
    calls.set(id, call);
    const { key, field } = call;
    choose({ tool_calls: [{ index, id, type: key, [key]: { name, [field]: "" } }] });
  }

  function writeInput(id: string, input: string): void {
    const call = calls.get(id);
    if (call === undefined || input === "") return;
    const { index, key, field } = call;
    choose({ tool_calls: [{ index, [key]: { [field]: input } }] });
  }

  return {
    write(part) {
      switch (part.type) {
        case "text-start":
          if (part.kind === "refusal") refusals.add(part.id);
          break;
        case "text-delta":
          writeText(part);
          break;
        case "reasoning-delta":
          if (part.delta !== "") choose({ reasoning_content: part.delta });
          break;
        case "reasoning-end":
          seal(part);
          break;
        case "tool-input-start":
          if (part.providerExecuted === true) break;
          startCall(part.id, part.toolName, part.inputEncoding === "text");
          break;
        case "tool-input-delta":
          writeInput(part.id, part.delta);
          break;
        case "tool-call":
          // Clients parse what they get.
          if (part.input === "" && part.inputState === "valid") writeInput(part.toolCallId, "{}");
          break;
        case "source":
          if (part.source.url === undefined) break;
          choose({ annotations: [annotation(part, part.source.url)] });
      }
    },
    finish({ finishReason }, failure) {
      begin();
      if (failure !== undefined) fail(failure);
      else choose({}, finishWord(FINISH_REASONS, finishReason.unified) ?? "stop");
    },
  };
}

/** Clients want all of these fields. */
function annotation({ source: { title }, anchor }: SourcePart, url: string): object {
  const { start: start_index = 0, end: end_index = 0 } = anchor ?? {};
  return {
    type: "url_citation",
    url_citation: { url, title: title ?? url, start_index, end_index },
  };
}

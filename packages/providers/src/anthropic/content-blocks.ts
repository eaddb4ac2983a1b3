import { emitCustom, type Answer } from "../shared/answer.ts";
import { openSources } from "../shared/sources.ts";
import { count, text, type Wire } from "../shared/wire.ts";
import type { OpenBlock } from "./open-block.ts";
import { openOther } from "./other-block.ts";
import { openText } from "./text-block.ts";
import { openRedacted, openThinking } from "./thinking-block.ts";
import { emitToolResult } from "./tool-result.ts";
import { openToolUse, type StoppedTool } from "./tool-use.ts";

/** The blocks of one message, by their index. They may interleave, and lack starts and stops. */
export interface ContentBlocks {
  /** Calls told of that the caller can answer. */
  readonly validCalls: number;
  start(index: unknown, block: Wire): void;
  delta(index: unknown, delta: Wire): void;
  stop(index: unknown): void;
  /** No more comes; `whole`: the provider says that nothing is missing. */
  finish(whole: boolean): void;
  /** All of them are void. */
  reset(): void;
}

// The blocks that deltas begin which no block takes.
const BLOCK_OF: Readonly<Record<string, string>> = {
  text_delta: "text",
  citations_delta: "text",
  thinking_delta: "thinking",
  signature_delta: "thinking",
  input_json_delta: "tool_use",
};

export function openContentBlocks(answer: Answer): ContentBlocks {
  const { emit, hold } = answer;
  const sources = openSources(answer);
  const open = new Map<number, OpenBlock>();
  let begun: string[] = []; // the ids of all blocks so far
  let latest = -1; // the index used last
  let validCalls = 0;
  // A call that stopped without input. Only what follows tells whether it had none or was cut.
  let unsure: StoppedTool | undefined;
  let whole = true; // what stops now is

  function openBlock(block: Wire): OpenBlock | undefined {
    const type = text(block["type"]);
    if (type === "text") return openText(answer, sources, block);
    if (type === "thinking") return openThinking(answer, block);
    if (type === "redacted_thinking") return openRedacted(answer, block);
    if (type.endsWith("tool_use")) return openToolUse(answer, block, stopTool);
    if (!type.endsWith("tool_result")) return openOther(answer, block);
    emitToolResult(answer, sources, block);
    return undefined;
  }

  function stopTool(stopped: StoppedTool): void {
    if (stopped.tool.inputLength > 0) {
      call(stopped, whole);
      return;
    }
    settle(true);
    unsure = stopped;
  }

  function call({ tool, about }: StoppedTool, isWhole: boolean): void {
    const { inputState, providerExecuted } = tool.end(isWhole, about);
    if (inputState === "valid" && providerExecuted !== true) validCalls++;
  }

  function settle(isWhole: boolean): void {
    const tool = unsure;
    unsure = undefined;
    if (tool !== undefined) call(tool, isWhole);
  }

  function stop(index: unknown): void {
    const place = count(index) ?? latest;
    const block = open.get(place);
    open.delete(place);
    block?.stop();
  }

  function start(index: unknown, block: Wire): void {
    const place = count(index) ?? latest + 1;
    stop(place);
    settle(true);
    latest = place;
    const opened = openBlock(block);
    if (opened === undefined) return;
    const { id } = opened;
    open.set(place, opened);
    hold(id?.length ?? 1);
    if (id !== undefined) begun.push(id);
  }

  return {
    get validCalls() {
      return validCalls;
    },
    start,
    delta(index, delta) {
      const place = count(index) ?? Math.max(latest, 0);
      const type = text(delta["type"]);
      if (open.get(place)?.delta(delta, type) === true) return;
      if (!Object.hasOwn(BLOCK_OF, type)) {
        emitCustom(answer, type || "content_block_delta", delta);
        return;
      }
      start(place, { type: BLOCK_OF[type] });
      open.get(place)?.delta(delta, type);
    },
    stop,
    finish(isWhole) {
      settle(isWhole);
      whole = isWhole;
      for (const place of open.keys()) {
        stop(place);
        settle(isWhole);
      }
      whole = true;
    },
    reset() {
      if (begun.length > 0) emit({ type: "reset", blocks: begun });
      begun = [];
      validCalls = 0;
      latest = -1;
    },
  };
}

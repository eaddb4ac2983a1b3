import { LimitError, ParseError, stage, type Stage } from "@millrace/core";
import type { FinishPart, Part, ToolCall } from "./part.ts";
import { STREAM_LEVEL } from "./stream-level.ts";
import type { Usage } from "./usage.ts";

export interface CheckPartsOptions {
  /** UTF-16 units of ids and of tool input that may have to be remembered. Default 16 Mi. */
  maxHeld?: number;
}

/**
 * Parts, unchanged, held to the grammar of the model: a decoder's conscience, in tests and wherever
 * parts come from code of your own.
 *
 * 1. A block starts once, under an id never used before, takes deltas and ends once, all with the
 *    same choice, and before the `finish` of that choice.
 * 2. A `tool-call` comes once, after the end of its block, and its `input` is the deltas joined.
 *    `valid` input is empty or JSON, `invalid` input is neither.
 * 3. Each choice seen has exactly one `finish`, and no part of it follows. Nothing at all follows
 *    the last one, of which there is at least one. After an `error` it is not `interrupted`.
 * 4. `finish` carries the usage of the last `usage` part.
 * 5. A delta is empty only if it carries `logprobs` or `providerMetadata`.
 * 6. What a `reset` names is known, and void from then on.
 *
 * - **In / Out:** parts; the same parts.
 * - **When:** at once.
 * - **Limits:** `maxHeld`, by a `LimitError`.
 * - **Errors:** a `ParseError` (`grammar`) at the first part that breaks a rule, its offset the
 *   number of parts before; behind the last part that does not. Nothing is repaired. A stream that
 *   itself fails is not held to have finished.
 * - **Cost:** a look-up a part, one comparison and `JSON.parse` a tool call.
 *
 * @example
 * ```ts
 * import { isStageError, run } from "@millrace/core";
 * import { checkParts, type Part } from "@millrace/parts";
 *
 * const parts: Part[] = [{ type: "text-delta", id: "text-0", delta: "a block must start first" }];
 * try {
 *   run(checkParts(), parts);
 * } catch (error) {
 *   console.log(isStageError(error, "grammar")); // => true
 * }
 * ```
 */
export function checkParts(options: CheckPartsOptions = {}): Stage<Part, Part> {
  const { maxHeld = 16 * 1024 * 1024 } = options;
  return stage((emit) => {
    const blocks = new Map<string, Block>(); // every id ever used
    const choices = new Map<number, Choice>();
    let running = 0; // how many choices have not finished
    let lastUsage: Usage = NO_USAGE;
    let failed = false; // an `error` part has come
    let offset = 0;
    let held = 0;

    function reject(what: string): never {
      throw new ParseError(`Cannot check parts: ${what}`, {
        stage: "checkParts",
        offset,
        code: "grammar",
      });
    }

    function hold(length: number): void {
      held += length;
      if (held <= maxHeld) return;
      throw new LimitError(`Cannot check parts: what is held grew beyond maxHeld ${maxHeld}`, {
        stage: "checkParts",
        offset,
      });
    }

    function see(index: number, type: string): Choice {
      const known = choices.get(index);
      if (known?.finished === true) reject(`a ${type} follows the finish of choice ${index}`);
      if (known !== undefined) return known;
      const choice = { finished: false, open: 0 };
      choices.set(index, choice);
      running++;
      return choice;
    }

    function start(id: string, family: Family, choice: number, toolName?: string): void {
      if (blocks.has(id)) reject(`the id "${id}" is used again`);
      hold(id.length);
      blocks.set(id, { family, choice, toolName, state: "open", input: [] });
      see(choice, `${family}-start`).open++;
    }

    function close(block: Block, state: "ended" | "void"): void {
      if (block.state === "open") see(block.choice, "reset").open--;
      block.state = state;
      if (state === "void") forgetInput(block);
    }

    function forgetInput(block: Block): void {
      hold(-block.input.join("").length);
      block.input = [];
    }

    function openBlock(id: string, family: Family, choice: number): Block {
      const block = blocks.get(id);
      if (block?.state !== "open") return reject(`no block "${id}" is open`);
      if (block.family !== family) reject(`the block "${id}" is one of ${block.family}`);
      if (block.choice !== choice) reject(`the block "${id}" is of choice ${block.choice}`);
      return block;
    }

    function checkCall(call: ToolCall): void {
      const { toolCallId, toolName, input } = call;
      const block = blocks.get(toolCallId);
      if (block?.family !== "tool-input") return reject(`the call "${toolCallId}" has no input`);
      if (block.state !== "ended") reject(`the call "${toolCallId}" comes while its input is open`);
      if (block.toolName !== toolName) reject(`the call "${toolCallId}" changes its tool`);
      if (block.input.join("") !== input) reject(`the call "${toolCallId}" changes its input`);
      const { inputState } = call;
      const decided = inputState === "valid" || inputState === "invalid";
      if (decided && (inputState === "valid") !== (input === "" || isJson(input))) {
        reject(`the input of the call "${toolCallId}" is not ${inputState}`);
      }
      block.state = "called";
      forgetInput(block);
    }

    function checkFinish(part: FinishPart, choice: number): void {
      const state = see(choice, "finish");
      if (state.open > 0) reject(`choice ${choice} finishes while its blocks are open`);
      if (failed && part.finishReason.unified === "interrupted") {
        reject("an error was followed by a finish for interruption");
      }
      const isLast = part.usage === lastUsage;
      if (!isLast && JSON.stringify(part.usage) !== JSON.stringify(lastUsage)) {
        reject("the finish has another usage than the last usage part");
      }
      state.finished = true;
      running--;
    }

    function check(part: Part): void {
      const { type } = part;
      // Choices of which there was nothing to tell but their finish may still have it.
      const isNewFinish = type === "finish" && !choices.has(part.choice ?? 0);
      if (choices.size > 0 && running === 0 && !isNewFinish) {
        reject(`a ${type} follows the last finish`);
      }
      if (type === "raw") return;
      const choice = part.choice ?? 0;
      if (!STREAM_LEVEL.has(type) || choice > 0) see(choice, type);
      switch (type) {
        case "text-start":
          start(part.id, "text", choice);
          break;
        case "reasoning-start":
          start(part.id, "reasoning", choice);
          break;
        case "tool-input-start":
          start(part.id, "tool-input", choice, part.toolName);
          break;
        case "text-delta":
          openBlock(part.id, "text", choice);
          if (part.delta === "" && !part.logprobs && !part.providerMetadata) reject(EMPTY);
          break;
        case "reasoning-delta":
          openBlock(part.id, "reasoning", choice);
          if (part.delta === "" && !part.providerMetadata) reject(EMPTY);
          break;
        case "tool-input-delta":
          if (part.delta === "" && !part.providerMetadata) reject(EMPTY);
          openBlock(part.id, "tool-input", choice).input.push(part.delta);
          hold(part.delta.length);
          break;
        case "text-end":
          close(openBlock(part.id, "text", choice), "ended");
          break;
        case "reasoning-end":
          close(openBlock(part.id, "reasoning", choice), "ended");
          break;
        case "tool-input-end":
          close(openBlock(part.id, "tool-input", choice), "ended");
          break;
        case "tool-call":
          checkCall(part);
          break;
        case "reset":
          for (const id of part.blocks) {
            close(blocks.get(id) ?? reject(`no block "${id}" is there to be reset`), "void");
          }
          break;
        case "usage":
          lastUsage = part.usage;
          break;
        case "error":
          failed = true;
          break;
        case "finish":
          checkFinish(part, choice);
      }
    }

    return {
      push(part) {
        check(part);
        offset++;
        emit(part);
      },
      flush() {
        if (choices.size === 0) reject("the stream ends without a finish");
        for (const [index, { finished }] of choices) {
          if (!finished) reject(`choice ${index} ends without a finish`);
        }
      },
    };
  });
}

type Family = "text" | "reasoning" | "tool-input";

interface Choice {
  finished: boolean;
  open: number; // how many of its blocks are
}

interface Block {
  family: Family;
  choice: number;
  toolName: string | undefined;
  state: "open" | "ended" | "called" | "void";
  input: string[]; // of a tool, until it is called
}

const NO_USAGE: Usage = { inputTokens: {}, outputTokens: {} };
const EMPTY = "a delta is empty";

function isJson(input: string): boolean {
  try {
    JSON.parse(input);
    return true;
  } catch {
    return false;
  }
}

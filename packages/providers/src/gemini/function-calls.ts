import type { ProviderMetadata } from "@millrace/parts";
import type { Answer } from "../shared/answer.ts";
import { malformedEvent } from "../shared/stream-error.ts";
import { startTool, type ToolBlock } from "../shared/tool-block.ts";
import { inputText } from "../shared/tool-input.ts";
import { fields, list, text } from "../shared/wire.ts";
import { writeArgs, type ArgsWriter } from "./partial-args.ts";

/** The calls of one candidate: whole ones, and one at a time that comes in pieces. */
export interface FunctionCalls {
  /** Calls told of so far. */
  readonly count: number;
  read(functionCall: unknown, about: ProviderMetadata | undefined): void;
  /** Ends the call that comes in pieces. `whole`: nothing of it is missing. */
  end(whole: boolean): void;
}

interface Partial {
  tool: ToolBlock;
  args: ArgsWriter;
  about: ProviderMetadata | undefined;
  /** What its arguments hold beside their text. */
  held: number;
  /** A piece could not be written: what is written is not to be closed, lest somebody answer it. */
  isSpoilt: boolean;
}

export function openFunctionCalls(answer: Answer): FunctionCalls {
  let count = 0;
  let partial: Partial | undefined;

  function start(call: unknown, toolName: string): ToolBlock {
    const wireId = text(fields(call)["id"]);
    count++;
    answer.hold(wireId.length);
    return startTool(answer, { wireId, toolName });
  }

  function begin(tool: ToolBlock, about: ProviderMetadata | undefined): Partial {
    const call: Partial = {
      tool,
      about,
      args: writeArgs(
        (piece) => {
          tool.delta(piece);
        },
        (length) => {
          call.held += length;
          answer.hold(length);
        },
      ),
      held: 0,
      isSpoilt: false,
    };
    return call;
  }

  function write({ args }: Partial, items: unknown): boolean {
    return list(items).every((item) => args.write(item));
  }

  function end(whole: boolean): void {
    if (partial === undefined) return;
    const call = partial;
    if (whole && !call.isSpoilt && !call.args.close()) spoil(call, undefined);
    partial = undefined;
    answer.hold(-call.held);
    tellOf(call.tool, whole && !call.isSpoilt, call.about);
  }

  function tellOf(tool: ToolBlock, whole: boolean, about: ProviderMetadata | undefined): void {
    tool.end(whole, about && { providerMetadata: about });
  }

  function spoil(call: Partial, data: unknown): void {
    call.isSpoilt = true;
    answer.fail(malformedEvent("The arguments of a call go back to a place that is written", data));
  }

  return {
    get count() {
      return count;
    },
    read(functionCall, about) {
      const { name, args, partialArgs, willContinue } = fields(functionCall);
      const toolName = text(name);
      if (toolName !== "") {
        end(true);
        const tool = start(functionCall, toolName);
        if (willContinue !== true && partialArgs === undefined) {
          tool.delta(inputText(args));
          tellOf(tool, true, about);
          return;
        }
        partial = begin(tool, about);
      }
      if (partial === undefined) {
        if (Object.keys(fields(functionCall)).length === 0) return; // ends a call that was whole
        answer.fail(malformedEvent("A tool call came without the name of its tool", functionCall));
        return;
      }
      if (!partial.isSpoilt && !write(partial, partialArgs)) spoil(partial, functionCall);
      if (willContinue !== true) end(true);
    },
    end,
  };
}

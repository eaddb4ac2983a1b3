import type { Part, ProviderMetadata, ToolCall } from "@millrace/parts";
import type { Answer } from "./answer.ts";
import { judgeInput } from "./tool-input.ts";

/** What is known of a call when it starts. */
export interface Tool {
  /** Empty where the wire has none. Whoever starts the block counts it. */
  wireId: string;
  toolName: string;
  /** The input is free text, not JSON. */
  encoding?: "text" | undefined;
  providerExecuted?: boolean;
  providerMetadata?: ProviderMetadata | undefined;
}

/** A call while its input comes. */
export interface ToolBlock {
  readonly id: string;
  /** What has come of its input; nothing any more once it has ended. */
  readonly input: string;
  readonly inputLength: number;
  delta(piece: string): void;
  /** Ends the input and tells of the call. `whole`: the provider says that nothing is missing. */
  end(whole: boolean, about?: Pick<ToolCall, "providerMetadata" | "approvalId">): ToolCall;
}

/** Starts the block of a call, under its own id where no other block has it. */
export function startTool(answer: Answer, tool: Tool): ToolBlock {
  const { emit, hold } = answer;
  const { wireId, toolName, encoding, providerExecuted, providerMetadata } = tool;
  const id = answer.ids.claim(wireId, "tool");
  const executed = providerExecuted === true && { providerExecuted };
  const pieces: string[] = [];
  let inputLength = 0;

  emit({
    type: "tool-input-start",
    id,
    toolName,
    ...(encoding && { inputEncoding: encoding }),
    ...executed,
    ...(providerMetadata && { providerMetadata }),
  } satisfies Part);

  /** Its own id, where another block has that already. */
  function own(about: ProviderMetadata | undefined): { providerMetadata?: ProviderMetadata } {
    if (wireId === "" || wireId === id) return about ? { providerMetadata: about } : {};
    const { name } = answer;
    return { providerMetadata: { ...about, [name]: { ...about?.[name], id: wireId } } };
  }

  return {
    id,
    get input() {
      return pieces.join("");
    },
    get inputLength() {
      return inputLength;
    },
    delta(piece) {
      if (piece === "") return;
      hold(piece.length);
      inputLength += piece.length;
      pieces.push(piece);
      emit({ type: "tool-input-delta", id, delta: piece });
    },
    end(whole, about = {}) {
      const input = pieces.join("");
      pieces.length = 0; // formats may remember their calls
      hold(-inputLength);
      emit({ type: "tool-input-end", id });
      const call: ToolCall = {
        type: "tool-call",
        toolCallId: id,
        toolName,
        input,
        inputState: encoding ?? judgeInput(input, whole),
        ...executed,
        ...about,
        ...own(about.providerMetadata),
      };
      emit(call);
      return call;
    },
  };
}

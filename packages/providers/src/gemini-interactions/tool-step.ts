import { emitCustom, metadata, type Answer } from "../shared/answer.ts";
import { malformedEvent } from "../shared/stream-error.ts";
import { startTool, type ToolBlock } from "../shared/tool-block.ts";
import { inputText } from "../shared/tool-input.ts";
import { fields, text, type Wire } from "../shared/wire.ts";
import type { Step } from "./steps.ts";

/** The calls of an answer, by the ids that the wire has for them. */
export interface Calls {
  /** Of those that the client is to answer. */
  count: number;
  ids: Map<string, { id: string; toolName: string }>;
}

/** A call of the client's function, whose arguments come in pieces. */
export function openFunctionCall(answer: Answer, calls: Calls): Step {
  let tool: ToolBlock | undefined;
  let given: unknown; // the arguments with which it began: mostly none yet
  let signature = "";

  return {
    start(step) {
      const { id, name, arguments: args } = step;
      const toolName = text(name);
      given = args;
      signature = text(step["signature"]);
      if (toolName === "") {
        answer.fail(malformedEvent("A tool call came without the name of its tool", step));
        return;
      }
      calls.count++;
      answer.hold(text(id).length);
      tool = startTool(answer, { wireId: text(id), toolName });
    },
    delta(delta) {
      if (delta["type"] !== "arguments_delta") {
        emitCustom(answer, text(delta["type"]) || "delta", delta);
      } else if (tool === undefined) {
        answer.fail(malformedEvent("A tool call came without the name of its tool", delta));
      } else tool.delta(inputText(delta["arguments"]));
    },
    stop(whole) {
      if (tool === undefined) return;
      const isGiven = tool.inputLength === 0 && (whole || Object.keys(fields(given)).length > 0);
      if (isGiven) tool.delta(inputText(given));
      tool.end(whole, signature === "" ? undefined : metadata(answer, { signature }));
      tool = undefined;
    },
  };
}

/** A call of a tool that the provider runs: whole, in the step or in its one delta. */
export function openServerCall(answer: Answer, calls: Calls): Step {
  let wireId = "";
  let pending: Wire | undefined; // a call that may yet get its arguments

  function call(about: Wire): void {
    const { type, name, arguments: args } = about;
    const toolName = text(name) || text(type).replace(/_call$/, "") || "tool";
    answer.hold(wireId.length + toolName.length);
    const tool = startTool(answer, { wireId, toolName, providerExecuted: true });
    tool.delta(inputText(args));
    const { signature, server_name: server } = about;
    const rest = Object.entries({ signature, server_name: server }).filter(([, value]) => value);
    tool.end(true, rest.length > 0 ? metadata(answer, Object.fromEntries(rest)) : undefined);
    calls.ids.set(wireId, { id: tool.id, toolName });
  }

  return {
    start(step) {
      wireId = text(step["id"]);
      pending = step;
    },
    delta(delta) {
      if (pending === undefined) emitCustom(answer, text(delta["type"]) || "delta", delta);
      else call({ ...pending, ...delta });
      pending = undefined;
    },
    stop() {
      if (pending !== undefined) call(pending);
      pending = undefined;
    },
  };
}

/** What a tool gave: whole, in the step or in its deltas. */
export function openToolResult(answer: Answer, calls: Calls): Step {
  let callId = "";
  let pending: Wire | undefined;

  function tell(about: Wire): void {
    const { name, result, is_error: isError, signature } = about;
    const call = calls.ids.get(callId);
    const toolName = call?.toolName ?? text(name);
    answer.emit({
      type: "tool-result",
      toolCallId: call?.id ?? callId,
      ...(toolName !== "" && { toolName }),
      result: result ?? about, // some results are told of in other fields
      ...(isError === true && { isError }),
      ...(text(signature) !== "" && metadata(answer, { signature })),
    });
  }

  return {
    start(step) {
      callId = text(step["call_id"]);
      pending = step;
    },
    delta(delta) {
      tell(delta);
      pending = undefined;
    },
    stop() {
      if (pending !== undefined) tell(pending);
      pending = undefined;
    },
  };
}

import type { ToolResult } from "@millrace/parts";
import { emitCustom, type Answer } from "../shared/answer.ts";
import { ANY, leftoversOf, type UsedFields } from "../shared/leftovers.ts";
import { text, type Wire } from "../shared/wire.ts";
import type { Item } from "./item.ts";

const OUTPUT = /_output$/;

const OUTPUT_FIELDS: UsedFields = new Map([
  ["id", ANY],
  ["type", ANY],
  ["call_id", "string"],
  ["name", "string"],
  ["status", ANY],
  ["output", ANY],
]);

/** An item that is no message, reasoning or call: the result of a call, or what has no part. */
export function openOther(answer: Answer, begun: Wire): Item {
  let told = false;

  function tell(item: Wire): void {
    if (told) return;
    told = true;
    const callId = text(item["call_id"]);
    const isResult = OUTPUT.test(text(item["type"])) && "output" in item && callId !== "";
    if (isResult) answer.emit(resultOf(answer, item, callId));
    else emitCustom(answer, text(item["type"]) || "item", item);
  }

  return {
    blockId: undefined,
    read: () => false,
    done: tell,
    close() {
      tell(begun);
    },
  };
}

function resultOf(answer: Answer, item: Wire, toolCallId: string): ToolResult {
  const toolName = text(item["name"]);
  return {
    type: "tool-result",
    toolCallId,
    ...(toolName !== "" && { toolName }),
    result: item["output"],
    ...(item["status"] === "failed" && { isError: true }),
    ...leftoversOf(answer, item, OUTPUT_FIELDS),
  };
}

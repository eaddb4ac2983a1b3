import type { ToolResult } from "@millrace/parts";
import type { Answer } from "../shared/answer.ts";
import { ANY, leftoversOf, type UsedFields } from "../shared/leftovers.ts";
import type { Sources } from "../shared/sources.ts";
import { fields, known, list, text, type Wire } from "../shared/wire.ts";

const RESULT_FIELDS: UsedFields = new Map([
  ["type", ANY],
  ["tool_use_id", "string"],
  ["is_error", "boolean"],
  ["content", ANY],
]);

/** The result of a tool that the provider ran, and the pages that it found. */
export function emitToolResult(answer: Answer, sources: Sources, block: Wire): void {
  const { content } = block;
  const result: ToolResult = {
    type: "tool-result",
    toolCallId: text(block["tool_use_id"]),
    result: content,
    ...(isError(block) && { isError: true }),
    ...leftoversOf(answer, block, RESULT_FIELDS),
  };
  answer.emit(result);
  for (const item of list(content)) {
    const { url, title, content: page } = fields(item);
    if (text(url) === "") continue;
    sources.list({
      source: {
        kind: "url",
        ...known({ url: text(url), title: text(title) || text(fields(page)["title"]) }),
      },
    });
  }
}

function isError(block: Wire): boolean {
  return block["is_error"] === true || text(fields(block["content"])["type"]).endsWith("_error");
}

import type { Source } from "@millrace/parts";
import { emitCustom, metadata, type Answer } from "../shared/answer.ts";
import type { Blocks } from "../shared/blocks.ts";
import type { Sources } from "../shared/sources.ts";
import { malformedEvent, providerError } from "../shared/stream-error.ts";
import { startTool, type ToolBlock } from "../shared/tool-block.ts";
import { inputText } from "../shared/tool-input.ts";
import { fields, known, list, text, type Wire } from "../shared/wire.ts";
import { base64 } from "./base64.ts";

/** What the blocks of one answer share. */
export interface Surroundings {
  answer: Answer;
  blocks: Blocks;
  sources: Sources;
  /** Counts a call that the client is to answer. */
  countCall: () => void;
}

/** A block of the message, from its start to its stop. What it is shows in what it holds. */
export interface ContentBlock {
  start(start: Wire): void;
  delta(delta: Wire): void;
  /** `whole`: the provider says that nothing is missing. */
  stop(whole: boolean): void;
}

const TEXT = "text";
const REASONING = "reasoning";

export function openContentBlock(index: number, surroundings: Surroundings): ContentBlock {
  const { answer, blocks, sources, countCall } = surroundings;
  const { emit, fail } = answer;
  const textPlace = `${TEXT}-${index}`;
  const reasoningPlace = `${REASONING}-${index}`;
  const redacted = base64();
  let held = 0; // units of what is told of at the end
  let textId = "";
  let signature = "";
  let tool: ToolBlock | undefined;
  let result: Wire | undefined; // how the block of a result began
  const results: unknown[] = [];
  let format = ""; // of an image

  function hold(length: number): void {
    held += length;
    answer.hold(length);
  }

  function openText(): void {
    if (!blocks.isOpen(textPlace, undefined)) textId = blocks.start(textPlace, TEXT, undefined);
  }

  function openReasoning(kind: "redacted" | undefined): void {
    const isOpen =
      blocks.isOpen(reasoningPlace, undefined) || blocks.isOpen(reasoningPlace, "redacted");
    if (!isOpen) blocks.start(reasoningPlace, REASONING, kind);
  }

  function startCall({ toolUseId, name, type }: Wire): void {
    const wireId = text(toolUseId);
    const toolName = text(name);
    if (toolName === "") {
      fail(malformedEvent("A tool call came without the name of its tool", { toolUseId, name }));
      return;
    }
    answer.hold(wireId.length);
    tool?.end(true);
    const providerExecuted = type === "server_tool_use";
    if (!providerExecuted) countCall();
    tool = startTool(answer, { wireId, toolName, ...(providerExecuted && { providerExecuted }) });
  }

  function reason(content: Wire): void {
    const thought = text(content["text"]);
    const proof = text(content["signature"]);
    const hidden = content["redactedContent"] ?? content["data"];
    if (thought !== "") {
      openReasoning(undefined);
      blocks.delta(reasoningPlace, thought);
    }
    if (proof !== "") {
      openReasoning(undefined);
      hold(proof.length);
      signature += proof;
    }
    if (hidden === undefined || hidden === null) return;
    const length = redacted.push(hidden);
    if (length === undefined) fail(malformedEvent("Redacted reasoning is not Base64", content));
    else {
      hold(length);
      openReasoning("redacted");
    }
  }

  function cite(citation: Wire): void {
    openText(); // the text that a citation is for may come behind it
    sources.cite({ source: sourceOf(citation), anchor: { blockId: textId }, about: citation });
  }

  function show(image: Wire): void {
    if (image["error"]) fail(providerError(image["error"], image));
    const { bytes } = fields(image["source"]);
    if (bytes === undefined || bytes === null) return;
    const picture = base64();
    if (picture.push(bytes) === undefined) fail(malformedEvent("An image is not Base64", image));
    else {
      const mediaType = `image/${format || "*"}`;
      emit({ type: "file", mediaType, data: { type: "data", data: picture.text } });
    }
  }

  return {
    start(start) {
      const { toolUse, toolResult, image, ...other } = start;
      if (toolUse) startCall(fields(toolUse));
      if (toolResult) result = fields(toolResult);
      if (image) format = text(fields(image)["format"]);
      for (const field in other) emitCustom(answer, field, other[field]);
    },
    delta(delta) {
      for (const field in delta) {
        const value = delta[field];
        if (value === undefined || value === null) continue;
        if (field === "text" && typeof value === "string") {
          if (value === "") continue;
          openText();
          blocks.delta(textPlace, value);
        } else if (field === "reasoningContent") reason(fields(value));
        else if (field === "toolUse") {
          const input = inputText(fields(value)["input"]);
          if (tool !== undefined) tool.delta(input);
          else fail(malformedEvent("A tool call came without the name of its tool", value));
        } else if (field === "toolResult") {
          hold(inputText(value).length);
          results.push(...list(value));
        } else if (field === "citation") cite(fields(value));
        else if (field === "image") show(fields(value));
        else emitCustom(answer, field, value);
      }
    },
    stop(whole) {
      blocks.end(textPlace);
      blocks.end(reasoningPlace, known({ signature, encrypted: redacted.text }));
      tool?.end(whole);
      answer.hold(-held);
      if (result === undefined && results.length === 0) return;
      const { toolUseId, status, ...about } = result ?? {};
      emit({
        type: "tool-result",
        toolCallId: text(toolUseId),
        result: results,
        ...(status === "error" && { isError: true }),
        ...(Object.keys(about).length > 0 && metadata(answer, about)),
      });
    },
  };
}

/** Where it is in its document stays as the provider told it. */
function sourceOf({ title, source, location }: Wire): Source {
  const { web } = fields(location);
  const url = text(fields(web)["url"]) || (/^https?:/.test(text(source)) ? text(source) : "");
  return { kind: url === "" ? "document" : "url", ...known({ url, title: text(title) }) };
}

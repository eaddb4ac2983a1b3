import { LimitError } from "@millrace/core";
import { holdText, type HeldText } from "@millrace/core/text";
import { failureOf } from "../failure.ts";
import type { FinishPart, Part, SourcePart, ToolInputStart, ToolResult } from "../part.ts";
import { readToolCall, type ReadToolCall } from "../read-tool-call.ts";
import type { StreamError } from "../stream-error.ts";
import type { Usage } from "../usage.ts";
import { without } from "../without.ts";
import type { Collected, Failure, ResponseFields } from "./collected.ts";
import { gatherFiles } from "./files.ts";
import { sizeOf } from "./size.ts";

export interface GatherOptions {
  choice: number;
  keepsParts: boolean;
  maxHeld: number;
}

/** An answer as it is put together. */
export interface Gathering {
  /** What has come so far, put together when it is looked at. */
  readonly view: Collected;
  take(this: void, item: Part | string): void;
  /** No more comes, because of a failure or not. */
  end(this: void, failure: Failure | undefined): void;
}

type Start = Extract<Part, { type: "text-start" | "reasoning-start" | "tool-input-start" }>;

interface Block {
  start: Start;
  held: HeldText;
}

// Nothing is joined, copied or counted again before somebody looks: an answer costs what it is long,
// and a look what it shows.

export function gather({ choice, keepsParts, maxHeld }: GatherOptions): Gathering {
  const parts: Part[] = [];
  const blocks = new Map<string, Block>();
  const plain = holdText(); // of plain strings
  const calls = new Map<string, ReadToolCall>();
  const results = new Map<string, ToolResult>();
  const sources: SourcePart[] = [];
  const files = gatherFiles();
  const taken = new Set<string>(); // ids of blocks that were taken back
  let response: ResponseFields = {};
  let usage: Usage = { inputTokens: {}, outputTokens: {} };
  let finish: FinishPart | undefined;
  let error: StreamError | undefined;
  let offset = 0; // items taken
  let partsTaken = 0;
  let held = 0;

  function hold(size: number): void {
    held += size;
    if (held <= maxHeld) return;
    throw new LimitError(`Cannot collect: what is held grew beyond maxHeld ${maxHeld}`, {
      stage: "collect",
      offset,
    });
  }

  function start(part: Start): void {
    hold(part.id.length + 1);
    blocks.set(part.id, { start: part, held: holdText() });
  }

  function add(id: string, delta: string): void {
    const block = blocks.get(id);
    if (block === undefined) return;
    hold(delta.length);
    block.held.add(delta);
  }

  function forget(id: string): void {
    hold(-(blocks.get(id)?.held.length ?? 0));
    blocks.delete(id);
  }

  function takeFact(part: Part): void {
    switch (part.type) {
      case "text-start":
      case "reasoning-start":
      case "tool-input-start":
        start(part);
        break;
      case "tool-call":
        forget(part.toolCallId); // it has all of the input
        hold(sizeOf(part, maxHeld));
        calls.set(part.toolCallId, readToolCall(part, offset));
        break;
      case "tool-result":
        hold(sizeOf(part, maxHeld));
        results.set(part.toolCallId, part);
        break;
      case "source":
        hold(sizeOf(part, maxHeld));
        sources.push(part);
        break;
      case "file":
        hold(sizeOf(part, maxHeld));
        files.add(part);
        break;
      case "finish":
        finish ??= part;
        break;
      case "response-metadata": {
        hold(sizeOf(part, maxHeld));
        response = { ...response, ...without(part, "type", "choice") };
        break;
      }
      case "error":
        error ??= part.error;
    }
  }

  function takePart(part: Part): void {
    partsTaken++;
    if (keepsParts) {
      hold(sizeOf(part, maxHeld));
      parts.push(part);
    }
    switch (part.type) {
      case "text-delta":
      case "reasoning-delta":
      case "tool-input-delta":
        add(part.id, part.delta);
        break;
      case "reset":
        for (const id of part.blocks) takeBack(id);
        break;
      case "raw":
        break;
      case "usage":
        usage = part.usage;
        break;
      case "response-metadata":
      case "error":
        // Without a choice they speak of all.
        if ((part.choice ?? choice) === choice) takeFact(part);
        break;
      default:
        if (part.type === "finish") usage = part.usage;
        if ((part.choice ?? 0) === choice) takeFact(part);
    }
  }

  function takeBack(id: string): void {
    hold(id.length + 1);
    taken.add(id);
    forget(id);
    calls.delete(id);
    results.delete(id);
  }

  /** The text of the blocks wanted, in the order of their starts. */
  function read(isWanted: (start: Start) => boolean): string {
    const wanted = Array.from(blocks.values()).filter(({ start }) => isWanted(start));
    return wanted.map(({ held }) => peek(held)).join("");
  }

  const view: Collected = {
    get text() {
      const answer = read((start) => start.type === "text-start" && start.kind === undefined);
      return peek(plain) + answer;
    },
    get reasoning() {
      return read(({ type }) => type === "reasoning-start");
    },
    get refusal() {
      return read((start) => start.type === "text-start" && start.kind === "refusal");
    },
    get toolCalls() {
      return [...calls.values()];
    },
    get toolResults() {
      return [...results.values()];
    },
    get sources() {
      return sources.filter(({ anchor }) => anchor === undefined || !taken.has(anchor.blockId));
    },
    get files() {
      return files.list();
    },
    get usage() {
      return usage;
    },
    get finishReason() {
      return finish?.finishReason.unified ?? "interrupted";
    },
    get finish() {
      return finish;
    },
    get response() {
      return response;
    },
    get error() {
      return error;
    },
    get parts() {
      return [...parts];
    },
  };

  return {
    view,
    take(item) {
      if (typeof item === "string") {
        hold(item.length);
        plain.add(item);
      } else takePart(item);
      offset++;
    },
    end(failure) {
      for (const { start, held } of blocks.values()) {
        if (start.type === "tool-input-start") calls.set(start.id, cutShort(start, held, offset));
      }
      if (failure !== undefined) {
        error ??= failureOf(failure.reason, failure.isAbort === true ? "aborted" : "transport");
      } else if (partsTaken > 0) error ??= errorOf(finish);
    },
  };
}

/** All of a text that goes on growing. */
function peek(held: HeldText): string {
  const text = held.take();
  held.add(text);
  return text;
}

/** A call whose stream ended inside its input. */
function cutShort({ id, toolName }: ToolInputStart, held: HeldText, offset: number): ReadToolCall {
  const call = { type: "tool-call", toolCallId: id, toolName, inputState: "truncated" } as const;
  return readToolCall({ ...call, input: held.take() }, offset);
}

/** What the finish of an answer says against it, if it had one. */
function errorOf(finish: FinishPart | undefined): StreamError | undefined {
  const { unified, raw } = finish?.finishReason ?? { unified: "interrupted" };
  if (unified === "interrupted") {
    const message = "The stream ended, and nothing said that the answer did";
    return { kind: "transport", message, retryable: true };
  }
  if (unified !== "error") return undefined;
  const message = `The answer finished with ${raw === undefined ? "an error" : `"${raw}"`}`;
  return { kind: "unknown", message, retryable: false };
}

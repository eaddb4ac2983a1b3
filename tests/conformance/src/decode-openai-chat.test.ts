import { fuse, run, type Stage } from "@millrace/core";
import { checkParts, type FinishPart, type Part } from "@millrace/parts";
import { decodeOpenaiChat, type OpenaiChatChunk } from "@millrace/providers/openai-chat";
import { decodeSse } from "@millrace/sse";
import { everyCut } from "@millrace/testing";
import { afterAll, describe, expect, test } from "vitest";
import { haveRecordings, recordings, type Expected } from "./recordings.ts";

// Every recorded stream in the format of OpenAI's chat completions, whoever speaks it.

const streams = recordings(({ wire }) => wire === "openai-chat");

/** Where the facts say less than the format does, and why. */
const EXCEPTIONS: Record<string, (parts: Part[]) => Part[]> = {
  // The call has no id on the wire. The decoder gives it one, since results must name their call.
  "gemini--chat-tool.sse": (parts) =>
    parts.map((part) => (part.type === "tool-call" ? { ...part, toolCallId: "" } : part)),
  // Ends with an `error:` field, which the facts, keeping to the standard, do not see.
  "gpustack--chat-reasoning-nofinish.sse": (parts) =>
    parts
      .filter(({ type }) => type !== "error")
      .map((part) =>
        part.type === "finish" && part.finishReason.unified === "error"
          ? { ...part, finishReason: { unified: "interrupted", raw: undefined } }
          : part,
      ),
};

const counts = { recordings: 0, cuts: 0, bytes: 0, parts: 0 };

/** From bytes, as any program would; the grammar is checked on the way. */
function chat(): Stage<Uint8Array | string, Part> {
  return fuse(
    decodeSse({ incomplete: "dispatch", strays: "dispatch" }),
    decodeOpenaiChat(),
    checkParts(),
  );
}

describe.skipIf(!haveRecordings)("decodeOpenaiChat on recorded streams", () => {
  test.each(streams)("$name", ({ name, bytes, expected }) => {
    const isSse = expected.framing === "sse";
    const wire = isSse ? bytes : frame(bytes);
    const parts = run(chat(), [wire]);
    check((EXCEPTIONS[name] ?? ((all) => all))(parts), expected);

    const known = JSON.stringify(parts);
    for (const pieces of everyCut(wire)) {
      if (JSON.stringify(run(chat(), pieces)) !== known) {
        expect(run(chat(), pieces), `cut into ${pieces.length}`).toEqual(parts);
      }
      counts.cuts++;
    }

    // The SDKs' chunk objects are read by `JSON.parse`: what is foreseen must be the same.
    const chunks = run(decodeSse({ incomplete: "dispatch", strays: "dispatch" }), [wire]).map(
      ({ data }) => data,
    );
    const objects = chunks
      .filter((data) => data.trim() !== "[DONE]")
      .map((data) => JSON.parse(data) as OpenaiChatChunk);
    const fromObjects = run(fuse(decodeOpenaiChat(), checkParts()), objects);
    if (expected.finishReason !== null && expected.choices === undefined) {
      expect(fromObjects).toEqual(parts);
    }
    expect(fromObjects.filter(({ type }) => type !== "finish")).toEqual(
      parts.filter(({ type }) => type !== "finish"),
    );

    counts.recordings++;
    counts.bytes += wire.length;
    counts.parts += parts.length;
  });

  afterAll(() => {
    console.log(
      `OpenAI chat: ${counts.recordings} of ${streams.length} recordings, ${counts.bytes} bytes, ` +
        `${counts.parts} parts, ${counts.cuts} cuts`,
    );
  });
});

/** The payloads of a recording without framing, as they were on the wire. */
function frame(bytes: Uint8Array): Uint8Array {
  const lines = new TextDecoder().decode(bytes).split("\n").filter(Boolean);
  return new TextEncoder().encode(lines.map((line) => `data: ${line}\n\n`).join(""));
}

function check(parts: Part[], expected: Expected): void {
  for (const choice of expected.choices ?? [{ ...expected, index: 0 }]) {
    expect(factsOf(parts, choice.index)).toEqual({
      text: choice.text,
      reasoning: choice.reasoning,
      refusal: expected.refusal ?? "",
      toolCalls: choice.toolCalls.map(({ id, name, argumentsText }) => ({
        id: id ?? "",
        name,
        argumentsText,
      })),
      finishReason: choice.finishReason,
    });
  }
  const metadata = parts.filter((part) => part.type === "response-metadata");
  expect(metadata.map(({ id }) => id).find(Boolean)).toBe(expected.id ?? undefined);
  expect(metadata.map(({ modelId }) => modelId).find(Boolean)).toBe(expected.model ?? undefined);
  const errors = parts.filter((part) => part.type === "error").map(({ error }) => error.message);
  expect(errors).toEqual(expected.errors.map(({ message }) => message));
  for (const finish of parts.filter((part) => part.type === "finish"))
    checkFinish(finish, expected);
}

function factsOf(parts: Part[], choice: number): object {
  const own = parts.filter((part) => part.type !== "raw" && (part.choice ?? 0) === choice);
  const refusals = new Set(
    own.flatMap((part) => (part.type === "text-start" && part.kind === "refusal" ? [part.id] : [])),
  );
  const texts = own.filter((part) => part.type === "text-delta");
  return {
    text: join(texts.filter(({ id }) => !refusals.has(id))),
    refusal: join(texts.filter(({ id }) => refusals.has(id))),
    reasoning: join(own.filter((part) => part.type === "reasoning-delta")),
    toolCalls: own
      .filter((part) => part.type === "tool-call")
      .map(({ toolCallId: id, toolName: name, input }) => ({ id, name, argumentsText: input })),
    finishReason: own.find((part) => part.type === "finish")?.finishReason.raw ?? null,
  };
}

function join(deltas: { delta: string }[]): string {
  return deltas.map(({ delta }) => delta).join("");
}

function checkFinish({ usage, finishReason }: FinishPart, expected: Expected): void {
  const raw = expected.usage;
  expect(usage.raw).toEqual(raw ?? undefined);
  expect(usage.inputTokens.total).toBe(raw?.["prompt_tokens"]);
  if (raw !== null) {
    // Whether reasoning is counted within the completion or beside it, the total has it.
    const { prompt_tokens: prompt, total_tokens: total } = raw;
    expect(usage.outputTokens.total).toBe(Number(total) - Number(prompt));
  }
  const { unified } = finishReason;
  const meanings: Record<string, string[]> = {
    stop: ["stop", expected.toolCalls.length > 0 ? "tool-calls" : "content-filter"],
    eos: ["stop"],
    length: ["length"],
    tool_calls: ["tool-calls"],
  };
  const without = expected.errors.length > 0 ? ["error"] : ["interrupted", "other", "tool-calls"];
  expect(meanings[finishReason.raw ?? ""] ?? without).toContain(unified);
}

import { fuse, pipe, run, type Stage } from "@millrace/core";
import {
  checkParts,
  collect,
  reasoning,
  text,
  toolCalls,
  toolInputs,
  usage,
  type Part,
} from "@millrace/parts";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeSse } from "@millrace/sse";
import { describe, expect, test } from "vitest";
import { haveRecordings, recordings, type Expected } from "./recordings.ts";

// The whole of every recorded chat, by `collect` and by the selectors: both say what the facts say.

const chats = recordings(({ wire, framing }) => wire === "openai-chat" && framing === "sse");

function chat(): Stage<Uint8Array | string, Part> {
  return fuse(
    decodeSse({ incomplete: "dispatch", strays: "dispatch" }),
    decodeOpenaiChat(),
    checkParts(),
  );
}

describe.skipIf(!haveRecordings)("collect on recorded streams", () => {
  test.each(chats)("$name", async ({ bytes, expected }) => {
    const parts = run(chat(), [bytes]);
    for (const facts of expected.choices ?? [{ ...expected, index: 0 }]) {
      const choice = facts.index;
      const result = await collect(pipe([bytes], chat()), { choice });
      expect(result).toMatchObject({ text: facts.text, reasoning: facts.reasoning });
      expect(result.refusal).toBe(expected.refusal ?? "");
      expect(result.finish?.finishReason.raw ?? null).toBe(facts.finishReason);
      expect(result.usage.raw).toEqual(expected.usage ?? undefined);
      expect(result.response.modelId).toBe(expected.model ?? undefined);
      expect(result.toolCalls.map(({ toolName, input }) => ({ toolName, input }))).toEqual(
        facts.toolCalls.map(({ name, argumentsText }) => ({
          toolName: name,
          input: parse(argumentsText ?? "", facts.finishReason !== "length"),
        })),
      );
      const isFine = expected.errors.length === 0 && result.finishReason !== "interrupted";
      if (isFine && result.finishReason !== "error") expect(result.error).toBeUndefined();
      else
        expect(result.error?.message).toBe(messageOf(expected.errors[0]) ?? result.error?.message);

      expect(run(text({ choice }), parts).join("")).toBe(facts.text);
      expect(run(reasoning({ choice }), parts).join("")).toBe(facts.reasoning);
      expect(run(toolCalls({ choice }), parts)).toEqual(result.toolCalls);
      expect(run(usage(), parts).at(-1)?.raw).toEqual(expected.usage ?? undefined);
      const inputs = run(toolInputs(undefined, { choice }), parts);
      expect(inputs.map(({ delta }) => delta).join("")).toBe(
        facts.toolCalls.map(({ argumentsText }) => argumentsText).join(""),
      );
    }
  });
});

function messageOf(error: Expected["errors"][number] | undefined): string | undefined {
  return typeof error === "string" ? error : error?.message;
}

/** What a call's input is to be: `undefined` for what broke off, if only before its first unit. */
function parse(argumentsText: string, isWhole: boolean): unknown {
  try {
    return argumentsText === "" && isWhole ? {} : JSON.parse(argumentsText);
  } catch {
    return undefined;
  }
}

import { run } from "@millrace/core";
import type { Part, TextDelta } from "@millrace/parts";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Prompt } from "../prompt.ts";
import { continuePrompt, leaveOut } from "./continue-prompt.ts";

const PROMPT: Prompt = { messages: [{ role: "user", content: "Well?" }], temperature: 1 };
const said = (text: string): Part[] => [
  { type: "text-start", id: "t" },
  { type: "text-delta", id: "t", delta: text },
];
const delta = (text: string, more?: Partial<TextDelta>): Part => ({
  type: "text-delta",
  id: "t",
  delta: text,
  ...more,
});

describe("continuePrompt", () => {
  const instruction = "Go on.";

  test("is the prompt itself where nothing was said but space", () => {
    for (const soFar of [[], said(" \n"), [{ type: "reasoning-start", id: "r" } as Part]]) {
      for (const prefill of [true, false]) {
        expect(continuePrompt(PROMPT, soFar, { prefill, instruction })).toEqual({
          prompt: PROMPT,
          untold: "",
        });
      }
    }
  });

  test("has the text as the beginning of an answer, without the space at its end", () => {
    expect(continuePrompt(PROMPT, said("One \n"), { prefill: true, instruction })).toEqual({
      prompt: {
        ...PROMPT,
        messages: [...PROMPT.messages, { role: "assistant", content: "One" }],
      },
      untold: " \n",
    });
  });

  test("has an instruction for models that do not go on by themselves", () => {
    const rest = continuePrompt(PROMPT, said("One "), { prefill: false, instruction });
    expect(rest?.untold).toBe("");
    expect(rest?.prompt.messages.slice(1)).toEqual([
      { role: "assistant", content: "One " },
      { role: "user", content: "Go on." },
    ]);
  });

  test("is none where a call is whole", () => {
    const call: Part = {
      type: "tool-call",
      toolCallId: "c",
      toolName: "f",
      input: "{}",
      inputState: "valid",
    };
    expect(continuePrompt(PROMPT, [call], { prefill: true, instruction })).toBeUndefined();
  });
});

describe("leaveOut", () => {
  const texts = (untold: string, ...deltas: string[]): string[] =>
    run(
      leaveOut(untold),
      deltas.map((text) => delta(text)),
    ).map((part) => (part as TextDelta).delta);

  test("leaves out what is said again of what was not told, in whatever pieces", () => {
    expect(texts(" \n", " \nTwo")).toEqual(["Two"]);
    expect(texts(" \n", " ", "\n", "Two")).toEqual(["Two"]);
    expect(texts(" \n", " Two \n")).toEqual(["Two \n"]);
    expect(texts(" \n", "Two", " \n")).toEqual(["Two", " \n"]);
  });

  test("keeps what a delta carries whose text is left out", () => {
    const providerMetadata = { p: { signature: "s" } };
    const logprobs = [{ token: " ", logprob: -1 }];
    const parts = [
      delta("", { providerMetadata }),
      delta(" ", { logprobs }),
      delta(" ", { choice: 1 }),
    ];
    expect(run(leaveOut(" "), parts)).toEqual([
      delta("", { providerMetadata }),
      delta("", { logprobs }),
      delta(" ", { choice: 1 }),
    ]);
  });

  test("keeps the laws", async () => {
    const UNTOLD = " \n ";
    const piece = fc.constantFrom(" ", "\n", " \n", "x", " \n x");
    const part: fc.Arbitrary<Part> = fc.oneof(
      { weight: 5, arbitrary: piece.map((text) => delta(text)) },
      fc.constant<Part>({ type: "status", status: "ping" }),
      fc.constant(delta(" ", { choice: 1 })),
    );
    const isText = (one: Part): one is TextDelta =>
      one.type === "text-delta" && one.choice === undefined;

    /** All of the text, then as many units from each delta as are behind what is common. */
    const slowly = (parts: readonly Part[]): Part[] => {
      const all = parts.map((one) => (isText(one) ? one.delta : "")).join("");
      let common = 0;
      while (common < UNTOLD.length && all[common] === UNTOLD[common]) common++;
      let before = 0;
      return parts.flatMap((one): Part[] => {
        if (!isText(one)) return [one];
        const kept = one.delta.slice(Math.max(0, common - before));
        before += one.delta.length;
        return kept === "" ? [] : [{ ...one, delta: kept }];
      });
    };
    await laws("leaveOut", () => leaveOut(UNTOLD), {
      input: fc.array(part, { maxLength: 8 }),
      samples: [[delta(" "), delta("\n"), delta(" x")]],
      oracle: slowly,
      continuations: [[delta(" ")], [delta("\n")], [delta("x")]],
      hostile: [(length) => Array.from({ length }, () => delta(" "))],
      runs: 50,
    });
  });
});

import { describe, expect, test } from "vitest";
import {
  bodyOf,
  DRAWN,
  FUNCTIONS,
  NAMELESS,
  PICTURES,
  requestOf,
  ROUND,
  SETTINGS,
  SHUFFLED,
} from "../prompts.fixture.ts";
import { ollama } from "./index.ts";

const model = ollama({ name: "p", model: "m" });

describe("ollama", () => {
  test("asks on the same machine, without a key", async () => {
    const { url, headers } = await requestOf(model, ROUND);
    expect([url, headers.get("authorization")]).toEqual(["http://localhost:11434/api/chat", null]);
  });

  test("sends a round of tools, with thoughts", async () => {
    expect(await bodyOf(model, ROUND)).toEqual({
      model: "m",
      stream: true,
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "How is the mill?" },
        {
          role: "assistant",
          content: "I look.",
          thinking: "hm",
          tool_calls: [
            { function: { name: "look", arguments: { at: "wheel" } } },
            { function: { name: "weigh", arguments: { n: 2 } } },
          ],
        },
        { role: "tool", tool_name: "look", content: "It turns." },
        { role: "tool", tool_name: "weigh", content: '{"broken":true}' },
      ],
    });
    for (const round of [NAMELESS, SHUFFLED]) {
      expect(await bodyOf(model, round)).toEqual(await bodyOf(model, ROUND));
    }
  });

  test("sends images by data, and every setting that has a place", async () => {
    await expect(bodyOf(model, PICTURES)).rejects.toThrow("other than images by their data");
    await expect(bodyOf(model, DRAWN)).rejects.toThrow("no place for a file in an answer");
    const image = {
      type: "file",
      mediaType: "image/png",
      data: { type: "data", data: "AAAA" },
    } as const;
    expect(await bodyOf(model, { messages: [{ role: "user", content: [image] }] })).toMatchObject({
      messages: [{ role: "user", content: "", images: ["AAAA"] }],
    });
    await expect(bodyOf(model, SETTINGS)).rejects.toThrow("no place for this `toolChoice`");
    const free = { ...SETTINGS, toolChoice: "auto" } as const;
    expect(await bodyOf(model, { ...free, body: { options: { seed: 1 }, think: true } })).toEqual({
      model: "m",
      stream: true,
      messages: [{ role: "user", content: "Well?" }],
      tools: FUNCTIONS,
      options: { temperature: 0.5, top_p: 0.9, num_predict: 99, stop: ["END"], seed: 1 },
      think: true,
    });
    expect(await bodyOf(model, { ...free, toolChoice: "none" })).not.toHaveProperty("tools");
  });
});

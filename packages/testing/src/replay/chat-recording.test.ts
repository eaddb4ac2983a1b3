import { describe, expect, test } from "vitest";
import { answers, chatRecording, type Answer, type Recording } from "./index.ts";

interface Chunk {
  id: string;
  model: string;
  choices: {
    index: number;
    delta: {
      role?: string;
      content?: string | null;
      reasoning_content?: string;
      refusal?: string | null;
      tool_calls?: { index: number; id?: string; function: { name?: string; arguments: string } }[];
    };
    finish_reason: string | null;
    content_filter_results?: object;
  }[];
  usage?: { completion_tokens: number; total_tokens: number } | null;
  obfuscation?: string;
  prompt_filter_results?: object[];
}

function chunks({ frames }: Recording): Chunk[] {
  const data = frames.map(({ text = "" }) => {
    expect(text).toMatch(/^data: .+\n\n$/);
    return text.slice("data: ".length, -2);
  });
  expect(data.pop()).toBe("[DONE]");
  return data.map((json) => JSON.parse(json) as Chunk);
}

function joined(recording: Recording, field: "content" | "reasoning_content" | "refusal"): string {
  return chunks(recording)
    .flatMap(({ choices }) => choices.filter(({ index }) => index === 0))
    .map(({ delta }) => delta[field] ?? "")
    .join("");
}

describe("chatRecording", () => {
  test("gives the role first, the text in pieces, the reason last, and [DONE]", () => {
    const all = chunks(chatRecording("The mill turns.", { model: "wheel" }));
    expect(all.map(({ choices }) => choices[0]?.delta)).toEqual([
      { role: "assistant", content: "", refusal: null },
      { content: "The" },
      { content: " mill" },
      { content: " turns" },
      { content: "." },
      {},
    ]);
    expect(all.map(({ choices }) => choices[0]?.finish_reason)).toEqual([
      ...[null, null, null, null, null, "stop"],
    ]);
    expect(new Set(all.map(({ id, model }) => `${id} ${model}`)).size).toBe(1);
    expect(all[0]).not.toHaveProperty("usage");
  });

  test("gives usage in a chunk without choices when asked", () => {
    const all = chunks(chatRecording("The mill turns.", { usage: true, promptTokens: 9 }));
    expect(all[1]?.usage).toBeNull();
    expect(all.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
    });
  });

  test("pads its chunks when asked", () => {
    const all = chunks(chatRecording("The mill turns.", { obfuscation: true }));
    expect(all.filter(({ obfuscation = "" }) => obfuscation === "")).toEqual([]);
  });

  test("loses nothing of any answer", () => {
    for (const answer of Object.values<Answer>(answers)) {
      const { text = "", reasoning = "", refusal = "" } = answer;
      const recording = chatRecording(answer, { usage: true });
      expect(joined(recording, "content")).toBe(text);
      expect(joined(recording, "reasoning_content")).toBe(reasoning);
      expect(joined(recording, "refusal")).toBe(refusal);
    }
  });

  test("streams each tool call's id and name once and its arguments in pieces", () => {
    const deltas = chunks(chatRecording(answers.tools)).flatMap(({ choices }) => choices);
    const calls = deltas.flatMap(({ delta }) => delta.tool_calls ?? []);
    answers.tools.toolCalls.forEach((call, index) => {
      const own = calls.filter((piece) => piece.index === index);
      expect(own[0]).toMatchObject({ id: call.id, function: { name: call.name, arguments: "" } });
      expect(own.slice(1).every(({ id }) => id === undefined)).toBe(true);
      expect(own.map((piece) => piece.function.arguments).join("")).toBe(call.arguments);
      expect(own.length).toBeGreaterThan(10);
    });
    expect(deltas.at(-1)?.finish_reason).toBe("tool_calls");
  });

  test("interleaves choices", () => {
    const order = chunks(chatRecording(answers.choices)).map(({ choices }) => choices[0]?.index);
    expect(order.slice(0, 6)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(order.slice(-2)).toEqual([0, 1]);
  });

  test("opens as Azure does, with an empty id and no choices", () => {
    const [first, second] = chunks(chatRecording(answers.azure));
    expect(first).toMatchObject({ id: "", model: "", choices: [] });
    expect(first?.prompt_filter_results).toHaveLength(1);
    expect(second?.choices[0]).toHaveProperty("content_filter_results.hate");
  });

  test("marks the frames that end the answer", () => {
    const { frames } = chatRecording("Well.", { usage: true });
    expect(frames.map(({ ending }) => ending)).toEqual([false, false, false, true, true, true]);
  });

  test("is the same for the same seed and another for another", () => {
    expect(chatRecording(answers.prose, { seed: 5 })).toEqual(
      chatRecording(answers.prose, { seed: 5 }),
    );
    expect(chatRecording(answers.prose, { seed: 5 })).not.toEqual(
      chatRecording(answers.prose, { seed: 6 }),
    );
  });

  test("takes a model's time: about fifty pieces a second after a first wait", () => {
    const { frames } = chatRecording(answers.prose);
    const [first = 0, ...gaps] = frames.map(({ delay }) => delay);
    const sorted = [...gaps].sort((a, b) => a - b);
    expect(first).toBeGreaterThanOrEqual(250);
    expect(sorted[sorted.length >> 1]).toBeGreaterThanOrEqual(10);
    expect(sorted[sorted.length >> 1]).toBeLessThanOrEqual(22);
    expect(sorted[0]).toBe(0);
    expect(sorted.at(-1)).toBeGreaterThan(60);
  });
});

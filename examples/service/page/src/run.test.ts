import { expect, onTestFinished, test, vi } from "vitest";
import { startRun } from "./run.ts";
import type { State } from "./state.ts";

test.each([
  ["the two that were chosen", "b", "a", ["b", "a"]],
  ["the first and another", "", "b", ["a", "b"]],
  ["one, if it was chosen twice", "a", "a", ["a"]],
  ["one, if it is the first and was chosen", "", "a", ["a"]],
])("Two models are %s", async (_, model, other, asked) => {
  const bodies: unknown[] = [];
  vi.stubGlobal("fetch", (_: string, { body }: { body: string }) => {
    bodies.push(JSON.parse(body));
    return Promise.resolve(new Response(""));
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const models = ["a", "b"].map((name) => ({ name, title: name }));
  const given: Partial<State> = { prompt: "Why?", models, model, other, way: "models", key: "" };
  const state = given as State;
  const columns = await new Promise<State["answer"]>((resolve) => {
    startRun(state, {
      cut: () => ({ size: undefined, jitter: 0 }),
      report({ answer, phase }) {
        if (phase === "waiting") queueMicrotask(() => resolve(answer));
      },
    });
  });
  await vi.waitUntil(() => bodies.length > 0);
  expect(bodies).toEqual([{ prompt: "Why?", models: asked }]);
  expect(columns?.columns.map((column) => column.model)).toEqual(asked);
});

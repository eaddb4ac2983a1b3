import { collect, type Part } from "@millrace/parts";
import { answers } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import { eventsOf, open, type Data } from "./service.fixture.ts";

const JSON_ROUTE = "/v1/stream/json";
const CODE = "/v1/stream/code";

const RECIPE = '{"title":"Rye","steps":[{"do":"grind"},{"do":"sift"}]}';
const FENCED = "First:\n\n```ts file=a.ts\nlet a = 1;\n```\n\nthen\n\n~~~sh\nls\n";

async function answerTo(path: string, text: string, body: Data): Promise<Data[]> {
  const { post } = await open({ answer: { text } });
  const response = await post(path, { prompt: "Well?", ...body });
  expect(response.status).toBe(200);
  const data = (await eventsOf(response)).map((event) => event.data);
  expect(data.pop()).toMatchObject({ done: true, finishReason: "stop" });
  return data;
}

test("All of an answer comes as parts, with its reasoning and its tool calls", async () => {
  const { post } = await open({ answer: "tour" });
  const events = await eventsOf(await post("/v1/stream/parts", { prompt: "Well?" }));
  const parts = events.flatMap(({ data }) => ("part" in data ? [data["part"] as Part] : []));
  const { text, reasoning, toolCalls } = await collect(parts);
  expect(text).toBe(answers.tour.text);
  expect(reasoning).toBe(answers.tour.reasoning);
  expect(toolCalls.map(({ toolName }) => toolName)).toEqual(["set_sluice"]);
  expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "tool-calls" });
});

describe("JSON in the answer", () => {
  test("comes value by value, without the words round it", async () => {
    const text = `Here you are:\n${RECIPE}\nand [{"n":1}], as [1] says.`;
    expect(await answerTo(JSON_ROUTE, text, {})).toEqual([
      { object: JSON.parse(RECIPE) as unknown },
      { object: [{ n: 1 }] },
    ]);
  });

  test("can be watched as it grows, also behind a fence", async () => {
    const text = `Sure.\n\`\`\`json\n${RECIPE}\n\`\`\`\n`;
    const drafts = await answerTo(JSON_ROUTE, text, { mode: "growing" });
    expect(drafts.length).toBeGreaterThan(3);
    expect(drafts.at(-1)).toEqual({ object: JSON.parse(RECIPE) as unknown, complete: true });
    for (const draft of drafts.slice(0, -1)) expect(draft["complete"]).toBe(false);
  });

  test("comes item by item from a path", async () => {
    const body = { mode: "items", path: "$.steps[*]" };
    expect(await answerTo(JSON_ROUTE, RECIPE, body)).toEqual([
      { object: { do: "grind" } },
      { object: { do: "sift" } },
    ]);
  });

  test("that is none is an error event, behind the items before it", async () => {
    const { post } = await open({ answer: { text: '[{"a":1},{"a":oops}]' } });
    const body = { prompt: "Well?", mode: "items", path: "$[*]" };
    const [item, error, last] = await eventsOf(await post(JSON_ROUTE, body));
    expect(item?.data).toEqual({ object: { a: 1 } });
    expect(error).toMatchObject({ type: "error", data: { error: { kind: "malformed-event" } } });
    expect(last?.data).toMatchObject({ done: true, finishReason: "error" });
  });
});

describe("code in the answer", () => {
  test("comes block by block, and one that broke off is not complete", async () => {
    const typescript = { info: "ts file=a.ts", lang: "ts", meta: "file=a.ts" };
    expect(await answerTo(CODE, FENCED, {})).toEqual([
      { block: { ...typescript, code: "let a = 1;\n", complete: true } },
      { block: { info: "sh", lang: "sh", meta: "", code: "ls\n", complete: false } },
    ]);
  });

  test("comes live, each piece with the number of its block", async () => {
    const pieces = await answerTo(CODE, FENCED, { live: true });
    const codeOf = (id: number) =>
      (pieces as { block: { id: number; delta?: string } }[])
        .filter(({ block }) => block.id === id)
        .map(({ block }) => block.delta)
        .join("");
    expect([codeOf(0), codeOf(1)]).toEqual(["let a = 1;\n", "ls\n"]);
    expect(pieces.at(-1)).toEqual({ block: { id: 1, complete: false } });
  });
});

import { startReplay } from "@millrace/testing/replay";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  nodeCommand,
  startProgram,
  type Program,
} from "./program.fixture.ts";

const PROSE = "Mills have turned since the Romans. They did so in Gaul.";

const upstream = await startReplay({
  speed: 0,
  answer: { text: PROSE },
  fail: ({ body }) =>
    body.includes("Fall silent")
      ? { kind: "stall", after: 3 }
      : undefined,
});
let program: Program;
beforeAll(async () => {
  program = await startProgram(await nodeCommand("resumable-chat.ts"), {
    MODEL_URL: `${upstream.url}/v1`,
  });
});
afterAll(async () => {
  await program.end();
  await upstream.close();
});

const request = (id: string, init?: RequestInit) =>
  fetch(`${program.url}/answers/${id}`, init);
const ask = (id: string, question: unknown) =>
  request(id, { method: "POST", body: JSON.stringify({ question }) });

function textOf(events: string): string {
  return [...events.matchAll(/"delta":"([^"]*)"/g)]
    .map(([, delta]) => delta)
    .join("");
}

test("An answer is asked for once, however often it is asked for", async () => {
  const before = upstream.requests.length;
  const [first, second] = await Promise.all([
    ask("1", "Well?"),
    ask("1", "Well?"),
  ]);
  expect(textOf(await first.text())).toBe(PROSE);
  expect(textOf(await second.text())).toBe(PROSE);
  expect(upstream.requests.length).toBe(before + 1);
});

test("A client that comes back gets what it has missed", async () => {
  await (await ask("2", "Well?")).text();
  const events = (await (await request("2")).text()).split("\n\n");
  const cut = events.findIndex(
    (event) => event.startsWith("id: 5\n") || event.includes("\nid: 5"),
  );
  const rest = await request("2", { headers: { "last-event-id": "5" } });
  expect(textOf(await rest.text())).toBe(
    textOf(events.slice(cut + 1).join("\n\n")),
  );
  expect((await request("nobody")).status).toBe(404);
});

test("A client that comes back by a POST is never given the rest of another answer", async () => {
  const headers = { "last-event-id": "5" };
  const body = JSON.stringify({ question: "Well?" });
  const again = { method: "POST", body, headers };
  const before = upstream.requests.length;
  expect((await request("lost", again)).status).toBe(404);
  expect(upstream.requests.length).toBe(before);
  const all = textOf(await (await ask("5", "Well?")).text());
  const rest = textOf(await (await request("5", again)).text());
  expect(rest.length).toBeLessThan(all.length);
  expect(all.endsWith(rest)).toBe(true);
});

test("The stop button ends the request to the model, and says so to who reads", async () => {
  const index = upstream.requests.length;
  const reading = await ask("3", "Fall silent.");
  const { ended } = await upstream.request(index);
  expect((await request("3", { method: "DELETE" })).status).toBe(204);
  expect(await ended).toBe("aborted");
  expect(await reading.text()).toContain('"type":"abort"');
  expect((await request("nobody", { method: "DELETE" })).status).toBe(
    404,
  );
});

test("A question that is none is refused", async () => {
  const refused = await ask("4", 7);
  expect(refused.status).toBe(400);
  await refused.text();
});

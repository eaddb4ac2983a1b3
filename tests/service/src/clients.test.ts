import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLIENTS } from "./clients.ts";
import { start, stop, type Running } from "./service.ts";

const TEXT = "Dr. Ada lives in St. Ives. She grinds 3.5 t of flour! 🌊\nThe end";
const QUESTION = "What is a mill race?";

// One service, and everybody who may ask it. What they get is the same text.
describe("every client against one service", () => {
  let running: Running;
  beforeAll(async () => {
    running = await start({ answer: { text: TEXT } });
  });
  afterAll(() => stop(running));

  describe.each(Object.entries(CLIENTS))("%s", (_, clients) => {
    test.each(Object.entries(clients))("%s", async (_, client) => {
      expect(await client(running.service.url, QUESTION)).toBe(TEXT);
      const { json } = running.upstream.requests.at(-1)!;
      const { messages } = json as { messages: object[] };
      expect(JSON.stringify(messages)).toContain(QUESTION);
    });
  });
});

import { describe, expect, test, vi } from "vitest";
import { expectNoRejections } from "../rejections.fixture.ts";
import { sseResponse } from "../sse-response.ts";
import { requestWith, cancellations, turn } from "./sse-response.fixture.ts";

expectNoRejections();

describe("a client that has seen the end", () => {
  test("gets a 204 with all headers, and the source is not begun", async () => {
    const source = cancellations();
    const request = requestWith({ "last-event-id": "done" });
    const headers = { "access-control-allow-origin": "*" };
    const response = sseResponse(source.readable, { request, headers });
    expect(response.status).toBe(204);
    expect(response.body).toBe(null);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(source.reasons).toEqual([expect.objectContaining({ name: "AbortError" })]);
    expect(request.listeners()).toBe(0);
    const never = vi.fn(() => ["a"]);
    expect(sseResponse(never, { request }).status).toBe(204);
    await turn();
    expect(never).not.toHaveBeenCalled();
  });

  test("is told from one that has not", async () => {
    for (const lastEventId of ["", "7", "don", "Done", "done2"]) {
      const request = requestWith({ "last-event-id": lastEventId });
      const source = vi.fn(() => ["a"]);
      const response = sseResponse(source, { request });
      expect(response.status).toBe(200);
      await response.text();
      const expected = lastEventId === "" ? undefined : lastEventId;
      expect(source).toHaveBeenCalledWith(expect.objectContaining({ lastEventId: expected }));
    }
  });
});

describe("the id that a client names", () => {
  const UTF_8 = "\u00C3\u00A9 \u00F0\u009F\u008C\u008A"; // a unit for each byte
  test.each([
    ["in bytes, as headers are read", UTF_8, "é 🌊"],
    ["in Latin-1, as nobody should", "\u00E9", "é"],
    ["decoded already", "é 🌊", "é 🌊"],
    ["in half a character", "\u00F0\u009F", "\u00F0\u009F"],
    ["with a byte order mark", "\u00EF\u00BB\u00BFa", "\uFEFFa"],
    ["decoded, though some of it looks like bytes", "Ł\u00C3\u00A9Ł", "Ł\u00C3\u00A9Ł"],
    ["decoded, each unit's lower half an ASCII byte", "ŁĀ", "ŁĀ"],
  ])("is the one it got: %s", async (_, value, lastEventId) => {
    const source = vi.fn(() => ["a"]);
    await sseResponse(source, { request: { headers: { get: () => value } } }).text();
    expect(source).toHaveBeenCalledWith(expect.objectContaining({ lastEventId }));
  });
});

test("HEAD gets the headers only, and the source is not begun", () => {
  const source = cancellations();
  const request = new Request("http://localhost/", { method: "HEAD" });
  const response = sseResponse(source.readable, { request });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  expect(response.body).toBe(null);
  expect(source.reasons).toHaveLength(1);
});

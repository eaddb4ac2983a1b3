import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ANSWER, BUFFERED, eventsOf, open, RAW, TEXT, textOf } from "./service.fixture.ts";

const ASKED = { prompt: "Well?", resumable: true };
const SLOW = { ...ANSWER, speed: 1, gap: 20 };
const STALLED = { ...ANSWER, fail: { kind: "stall", after: 4 } } as const;

/** Reads until there is an event, and goes away. */
async function glimpse(response: Response): Promise<string> {
  let text = "";
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (/\nid: 1\n\n/.test(text)) break;
  }
  return text;
}

describe("a resumable answer", () => {
  test("has a name, a number at each event, and the usual end", async () => {
    const { post } = await open(ANSWER);
    const response = await post(BUFFERED, { ...ASKED, buffer_type: "line" });
    const id = response.headers.get("x-stream-id");
    expect(response.headers.get("location")).toBe(`/v1/streams/${id}`);
    const blocks = (await response.text()).split("\n\n");
    expect(blocks.map((block) => /^id: (.+)$/m.exec(block)?.[1])).toEqual([
      undefined,
      "1",
      "2",
      "done",
      undefined,
    ]);
  });

  test("goes on when its client is gone, who finds all of it", async () => {
    const { post, service, upstream } = await open(SLOW);
    const response = await post(RAW, ASKED);
    const seen = await glimpse(response);
    expect(seen).not.toContain("done");
    const url = `${service.url}${response.headers.get("location")}`;
    const events = await eventsOf(await fetch(url));
    expect(textOf(events)).toBe(TEXT);
    expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "stop" });
    expect(await upstream.requests[0]?.ended).toBe("finished");
  });

  test.each(["header", "query"])("is read on behind a cursor in the %s", async (place) => {
    const { post, service } = await open(ANSWER);
    const response = await post(RAW, ASKED);
    const whole = await eventsOf(response);
    const url = `${service.url}${response.headers.get("location")}`;
    const rest =
      place === "header"
        ? await fetch(url, { headers: { "last-event-id": "3" } })
        : await fetch(`${url}?after=3`);
    expect(await eventsOf(rest)).toEqual(whole.slice(3));
    const over = await fetch(url, { headers: { "last-event-id": "done" } });
    expect(over.status).toBe(204);
  });

  test("is read by several at once", async () => {
    const { post, service } = await open(SLOW);
    const response = await post(RAW, ASKED);
    const url = `${service.url}${response.headers.get("location")}`;
    const answers = await Promise.all(
      [response, await fetch(url), await fetch(url)].map((answer) => eventsOf(answer)),
    );
    expect(answers.map(textOf)).toEqual([TEXT, TEXT, TEXT]);
  });

  test("is stopped by DELETE: the upstream is cancelled, and the reader is told", async () => {
    const { post, service, upstream } = await open(STALLED);
    const response = await post(RAW, ASKED);
    const url = `${service.url}${response.headers.get("location")}`;
    const reading = eventsOf(response);
    await sleep(100);
    const stopping = await fetch(url, { method: "DELETE" });
    expect(await stopping.json()).toEqual({ stopped: true });
    expect(await (await upstream.request(0)).ended).toBe("aborted");
    const events = await reading;
    expect(events.at(-2)).toMatchObject({ type: "error", data: { error: { kind: "aborted" } } });
    expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "error" });
    expect(await eventsOf(await fetch(url))).toEqual(events);
    const again = await fetch(url, { method: "DELETE" });
    expect([again.status, await again.json()]).toEqual([200, { stopped: false }]);
  });

  test("that nobody reads is cancelled after the linger", async () => {
    const { post, upstream } = await open(STALLED, { linger: 100 });
    await glimpse(await post(RAW, ASKED));
    expect(await (await upstream.request(0)).ended).toBe("aborted");
  });

  test("is ended when the service closes", async () => {
    const { post, service, upstream } = await open(STALLED);
    await glimpse(await post(RAW, ASKED));
    await service.close();
    expect(await (await upstream.request(0)).ended).toBe("aborted");
  });

  test("that does not begin is a status, and no stream", async () => {
    const { post } = await open({ fail: { kind: "status", status: 429 } });
    const response = await post(RAW, ASKED);
    expect(response.status).toBe(429);
    expect(response.headers.get("location")).toBeNull();
  });

  test("that breaks off is kept with its error", async () => {
    const { post, service } = await open({ ...ANSWER, fail: { kind: "disconnect", after: 4 } });
    const response = await post(RAW, ASKED);
    const events = await eventsOf(response);
    expect(events.at(-2)).toMatchObject({ type: "error", data: { error: { kind: "transport" } } });
    const url = `${service.url}${response.headers.get("location")}`;
    expect(await eventsOf(await fetch(url))).toEqual(events);
  });
});

describe("a stream that is asked for wrongly", () => {
  test("by the name of a chat, or of its answer, is none", async () => {
    const { service, post } = await open(ANSWER);
    const messages = [{ role: "user", parts: [{ type: "text", text: "Well?" }] }];
    await (await post("/v1/ui/chat", { id: "chat-1", messages })).text();
    for (const method of ["GET", "DELETE"]) {
      const response = await fetch(`${service.url}/v1/streams/ui-chat:chat-1`, { method });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { kind: "not-found" } });
    }
  });

  test("or that nobody knows is said to be so", async () => {
    const { service, post } = await open(ANSWER);
    const nowhere = `${service.url}/v1/streams/nowhere`;
    for (const method of ["GET", "DELETE"]) {
      const response = await fetch(nowhere, { method });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { kind: "not-found" } });
    }
    const put = await fetch(nowhere, { method: "PUT" });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD, DELETE"]);
    const answer = await post(RAW, ASKED);
    const last = Number(/^.*\nid: (\d+)\n/s.exec(await answer.text())?.[1]);
    const url = `${service.url}${answer.headers.get("location")}`;
    expect((await fetch(`${url}?after=${last}`)).status).toBe(200);
    for (const after of ["here", "-1", String(last + 1), "1000000"]) {
      const response = await fetch(`${url}?after=${after}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { field: "after" } });
    }
  });
});

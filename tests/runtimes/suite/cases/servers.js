import { pipe, run } from "@millrace/core";
import { text } from "@millrace/parts";
import { memoryStore, record, replay, stop } from "@millrace/resume";
import { connectSse, decodeSse, encodeSse, sseResponse } from "@millrace/sse";
import { countingSource } from "@millrace/testing";
import { agUi, aiSdkUi, decodeAgUi, decodeAiSdkUi, encodeAgUi, encodeAiSdkUi } from "@millrace/ui";
import { hookedSocket, serveSocket, socketStreams } from "@millrace/ws";
import { equal, readAll } from "../expect.js";

const parts = [
  { type: "text-start", id: "text-0" },
  { type: "text-delta", id: "text-0", delta: "Good " },
  { type: "text-delta", id: "text-0", delta: "mörning" },
  { type: "text-end", id: "text-0" },
  { type: "finish", finishReason: "stop" },
];

const textOf = async (response, decode) =>
  (await readAll(pipe(response.body, decodeSse(), decode(), text()))).join("");

/** Two sockets that are each other's network. */
function socketPair() {
  const pair = [];
  const end = (other) =>
    hookedSocket({
      send: (data) => queueMicrotask(() => pair[other].onMessage(data)),
      close: (code, reason) =>
        queueMicrotask(() => pair.forEach((one) => one.onClose(code, reason))),
    });
  pair.push(end(1), end(0));
  return pair.map(({ socket }) => socket);
}

export const servers = {
  async "Events are encoded, and decoded again"() {
    const messages = [{ data: "mill\nräce", type: "tick", id: "7" }, { data: "" }];
    const events = run(decodeSse(), run(encodeSse(), messages));
    equal(
      events.map(({ type, data, lastEventId }) => [type, data, lastEventId]),
      [
        ["tick", "mill\nräce", "7"],
        ["message", "", "7"],
      ],
    );
  },

  async "A stream is a response for the AI SDK's front ends"() {
    const response = sseResponse(pipe(parts, encodeAiSdkUi()), { format: aiSdkUi });
    equal(response.headers.get("x-vercel-ai-ui-message-stream"), "v1");
    equal(await textOf(response, decodeAiSdkUi), "Good mörning");
  },

  async "A stream is a response for AG-UI's front ends"() {
    const encode = encodeAgUi({ threadId: "t", runId: "r" });
    const response = sseResponse(pipe(parts, encode), { format: agUi });
    equal(await textOf(response, decodeAgUi), "Good mörning");
  },

  async "A client that is gone cancels the source"() {
    const source = countingSource(Array.from({ length: 10_000 }, (_, index) => `${index}`));
    const reader = sseResponse(source.readable).body.getReader();
    await reader.read();
    await reader.cancel("gone");
    equal(source.cancelled, true);
    equal(source.pulled < 100, true);
  },

  async "A request that is aborted cancels the source"() {
    const source = countingSource(Array.from({ length: 10_000 }, (_, index) => `${index}`));
    const controller = new AbortController();
    const request = new Request("http://localhost/", { signal: controller.signal });
    const reader = sseResponse(source.readable, { request }).body.getReader();
    await reader.read();
    controller.abort();
    while (!(await reader.read().catch(() => ({ done: true }))).done);
    equal(source.cancelled, true);
  },

  async "A stream is recorded in memory, and resumed behind a cursor"() {
    const store = memoryStore();
    const place = { id: "answer", store };
    equal(await readAll(record(["mill", "race", "wheel"], place)), ["mill", "race", "wheel"]);
    equal(await readAll(replay.entries({ ...place, after: 1 })), [
      { seq: 2, value: "race" },
      { seq: 3, value: "wheel" },
    ]);
  },

  async "A recorded stream is stopped by whoever has its name"() {
    const store = memoryStore();
    const source = countingSource(Array.from({ length: 10_000 }, (_, index) => `${index}`));
    const place = { id: "answer", store };
    const reader = record(source.readable, place).getReader();
    await reader.read();
    await stop(place);
    while (!(await reader.read().catch(() => ({ done: true }))).done);
    equal(source.cancelled, true);
  },

  async "A client connects again, and goes on"() {
    const bodies = ["id: 1\ndata: mill\n\nid: 2\nda", "id: 2\ndata: race\n\n"];
    const asked = [];
    const headers = { "content-type": "text/event-stream" };
    const fetch = async (...request) => {
      asked.push(new Request(...request).headers.get("last-event-id"));
      return new Response(bodies.shift(), { headers });
    };
    const until = ({ data }) => data === "race";
    const events = connectSse("https://example.com/", { fetch, retryDelay: 1, until });
    equal(
      (await readAll(events)).map(({ data }) => data),
      ["mill", "race"],
    );
    equal(asked, [null, "1"]);
  },

  async "A socket carries streams, and closes on what is none of the protocol"() {
    const [here, there] = socketPair();
    const served = serveSocket(here, (payload) => [payload, "race"]);
    const { readable, writable } = socketStreams(there);
    const writer = writable.getWriter();
    const reader = readable.getReader();
    const next = async () => JSON.parse((await reader.read()).value);
    await writer.write('{"type":"hello","v":1}');
    equal((await next()).type, "welcome");
    await writer.write('{"type":"open","id":"1","stream":"s","credit":1000,"payload":"mill"}');
    equal(await next(), { type: "opened", id: "1", seq: 0 });
    equal((await next()).data, "mill");
    equal((await next()).data, "race");
    await writer.write("garbage");
    equal((await served.closed).code, 4400);
  },
};

import { memoryStore } from "@millrace/resume";
import { startReplay } from "@millrace/testing/replay";
import { trace } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { streamLimit } from "../guards/stream-limit.ts";
import { liveAnswers } from "../live-answers.ts";
import { createInstruments } from "../observing/instruments.ts";
import { createLogger } from "../observing/logger.ts";
import { ANSWER, closeLater } from "../service.fixture.ts";
import { upstreamModel } from "../upstream.ts";
import { chatAnswers } from "./ui-chat-answers.ts";

test("An answer that the store has no room for is cancelled, and takes no room here", async () => {
  const replay = await startReplay({ ...ANSWER, fail: { kind: "stall", after: 4 } });
  closeLater(() => replay.close());
  const streams = streamLimit(1);
  const upstream = {
    models: [upstreamModel({ baseUrl: `${replay.url}/v1`, apiKey: "x" }, "m")] as const,
    idleTimeout: 60_000,
    streams,
    live: liveAnswers(),
    telemetry: {
      log: createLogger("silent"),
      instruments: createInstruments(),
      tracer: trace.getTracer("tests"),
    },
  };
  const full = new Error("full");
  const store = { ...memoryStore(), delete: () => Promise.reject(full) };
  const answers = chatAnswers({ upstream, store, isShared: false, linger: 1_000, lease: 1_000 });
  const request = {
    id: "chat-1",
    messages: [{ role: "user" as const, parts: [{ kind: "text" as const, text: "Well?" }] }],
  };
  await expect(answers.begin(request, new AbortController().signal)).rejects.toBe(full);
  expect(await (await replay.request(0)).ended).toBe("aborted");
  expect(streams.live).toBe(0);
});

import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { bundleService } from "@millrace/example-service/bundle";
import { startReplay } from "@millrace/testing/replay";
import { expect, test } from "vitest";
import { startServiceProcess } from "./service-processes.ts";

const STREAMS = 500;
const PATIENCE = 300_000; // milliseconds: seconds, unless the machine is busy
const LAST = /\nid: done\n\n$/;

/** Asks, and gives the answer once it has begun. */
async function ask(agent: Agent, url: string, prompt: string) {
  const request = httpRequest(`${url}/v1/stream/raw`, { method: "POST", agent });
  request.end(JSON.stringify({ prompt }));
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  const ended = once(response, "close").then(() => ({ text, isWhole: response.complete }));
  while (!text.includes('"content"')) await once(response, "data");
  return { ended };
}

test(
  `of ${STREAMS} answers under way at SIGTERM none ends without its last event`,
  async () => {
    const upstream = await startReplay({
      answer: { text: "The mill turns slowly, until the water is gone." },
      ...{ speed: 1, gap: 20 },
      fail: ({ body }) => (body.includes("for ever") ? { kind: "stall", after: 4 } : undefined),
    });
    const service = await startServiceProcess(await bundleService("drain"), {
      OPENAI_BASE_URL: `${upstream.url}/v1`,
      OPENAI_API_KEY: "none",
      DRAIN_MS: "1000",
    });
    const agent = new Agent({ maxSockets: STREAMS });
    const asked = Array.from({ length: STREAMS }, (_, index) =>
      ask(agent, service.url, index % 2 === 0 ? "Speak for ever." : "Speak."),
    );
    const begun = await Promise.all(asked);
    service.kill("SIGTERM");
    const answers = await Promise.all(begun.map(({ ended }) => ended));
    expect(answers.filter(({ text, isWhole }) => isWhole && LAST.test(text))).toHaveLength(STREAMS);
    const failed = answers.filter(({ text }) => text.includes('"kind":"overloaded"'));
    expect(failed.length).toBeGreaterThanOrEqual(STREAMS / 2);
    expect(await service.ended).toBe(0);
    await upstream.close();
  },
  PATIENCE,
);

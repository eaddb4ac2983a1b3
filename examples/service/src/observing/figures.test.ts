import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { json } from "node:stream/consumers";
import { expect, test } from "vitest";
import { ANSWER, closeLater, open, openLog, RAW } from "../service.fixture.ts";

/** The samples of Prometheus's text, by name and labels. */
async function samplesOf(url: string): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = (await response.text()).split("\n");
  const samples = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line) => [line.replace(/ \S+$/, ""), Number(/\S+$/.exec(line)?.[0])]),
  );
}

/** The one sample of this name that has all of these labels. */
function sample(samples: Map<string, number>, name: string, labels: string[] = []) {
  const found = [...samples].filter(
    ([key]) => key.startsWith(`${name}{`) && labels.every((label) => key.includes(label)),
  );
  expect(found.map(([key]) => key)).toHaveLength(1);
  return found[0]?.[1];
}

test("Prometheus reads requests, streams, times, tokens and failures", async () => {
  const { post, service } = await open(ANSWER);
  await (await post(RAW, { prompt: "Well?" })).text();
  await (await post(RAW, {})).text();
  const samples = await samplesOf(service.url);
  const route = `http_route="${RAW}"`;
  const requests = "http_server_request_duration_count";
  expect(sample(samples, requests, [route, 'status_code="200"'])).toBe(1);
  expect(sample(samples, requests, [route, 'status_code="400"'])).toBe(1);
  const answer = [route, 'gen_ai_provider_name="openai"', 'gen_ai_request_model="gpt-4o-mini"'];
  const operation = "gen_ai_client_operation";
  expect(sample(samples, `${operation}_time_to_first_chunk_count`, answer)).toBe(1);
  expect(sample(samples, `${operation}_time_per_output_chunk_count`, answer)).toBeGreaterThan(9);
  const output = [...answer, 'gen_ai_token_type="output"'];
  expect(sample(samples, "gen_ai_client_token_usage_sum", output)).toBeGreaterThan(0);
  expect(sample(samples, "millrace_streams_live", [route])).toBe(0);
});

test("Answers under way, cancelled ones and failed ones are told apart", async () => {
  const { post, service, upstream } = await open({ fail: { kind: "stall", after: 3 } });
  const response = await post(RAW, { prompt: "Well?" });
  expect(sample(await samplesOf(service.url), "millrace_streams_live")).toBe(1);
  await response.body?.cancel();
  await (
    await upstream.request(0)
  ).ended;
  const samples = await samplesOf(service.url);
  expect(sample(samples, "millrace_streams_live")).toBe(0);
  const ended = "gen_ai_client_operation_duration_count";
  expect(sample(samples, ended, ['error_type="cancelled"'])).toBe(1);

  const failing = await open({ fail: { kind: "status", status: 429 } });
  await (await failing.post(RAW, { prompt: "Well?" })).text();
  expect(sample(await samplesOf(failing.service.url), ended, ['error_type="rate-limit"'])).toBe(1);
});

test("No client can make up labels", async () => {
  const { post, service } = await open(ANSWER);
  for (let time = 0; time < 5; time++) {
    await (await post(RAW, { prompt: "Well?", model: `made-up-${time}` })).text();
    await fetch(`${service.url}/made-up/${time}`);
    await fetch(`${service.url}/v1/streams/made-up-${time}`);
    await fetch(service.url, { method: `MADEUP${time}` });
  }
  const names = [...(await samplesOf(service.url)).keys()];
  expect(names.filter((name) => /made-?up/i.test(name))).toEqual([]);
  const answers = names.filter((name) => name.startsWith("gen_ai_client_operation_duration_count"));
  expect(answers).toHaveLength(1);
});

test("The provider is the one that answered", async () => {
  const broken = await open({ fail: { kind: "status", status: 500 } });
  const { logDestination, line } = openLog();
  const { post } = await open(ANSWER, {
    logLevel: "info",
    logDestination,
    upstream: { provider: "groq", model: "a", apiKey: "x", baseUrl: `${broken.upstream.url}/v1` },
    fallbacks: [
      { provider: "vllm", model: "b", baseUrl: `${(await open(ANSWER)).upstream.url}/v1` },
    ],
  });
  await (await post(RAW, { prompt: "Well?" })).text();
  expect(await line({ route: RAW })).toMatchObject({ provider: "vllm", model: "b" });
});

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string }[];
}

test("Traces go to a collector that is named: a span for the request, in it one for the answer", async () => {
  const spans: Span[] = [];
  const collector = createServer((request, response) => {
    void json(request).then((sent) => {
      const { resourceSpans } = sent as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
      spans.push(...resourceSpans.flatMap((one) => one.scopeSpans.flatMap((own) => own.spans)));
      response.setHeader("content-type", "application/json").end("{}");
    });
  });
  await once(collector.listen(0, "127.0.0.1"), "listening");
  closeLater(async () => {
    collector.close();
    await once(collector, "close");
  });
  const { port } = collector.address() as AddressInfo;
  const { post, service } = await open(ANSWER, { tracesUrl: `http://127.0.0.1:${port}` });
  await (await post(RAW, { prompt: "the question" })).text();
  await service.close(); // which sends the last of them
  const request = spans.find(({ name }) => name === `POST ${RAW}`)!;
  const answer = spans.find(({ name }) => name === "chat")!;
  expect(answer).toMatchObject({ traceId: request.traceId, parentSpanId: request.spanId });
  expect(answer.attributes.map(({ key }) => key)).toContain("gen_ai.provider.name");
  expect(JSON.stringify(spans)).not.toContain("the question");
});

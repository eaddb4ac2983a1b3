import { run } from "@millrace/core";
import { fakeClock } from "@millrace/testing";
import { metrics as telemetry } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type HistogramMetricData,
} from "@opentelemetry/sdk-metrics";
import { afterEach, beforeEach, expect, test } from "vitest";
import { metrics, type Metrics } from "./index.ts";
import { recordMetrics } from "./opentelemetry.ts";

let exporter: InMemoryMetricExporter;
let provider: MeterProvider;

beforeEach(() => {
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e8 })],
  });
});

afterEach(async () => {
  telemetry.disable();
  await provider.shutdown();
});

/** What the SDK exports: by instrument, its data points. */
async function exported() {
  await provider.forceFlush();
  const scopes = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
  const data = scopes.flatMap(({ metrics }) => metrics as HistogramMetricData[]);
  return new Map(data.map((metric) => [metric.descriptor.name, metric]));
}

async function figuresOf(items: object[], after: number): Promise<Metrics> {
  const clock = fakeClock();
  const stage = metrics<object>({ clock });
  const machine = stage.start(() => undefined);
  for (const item of items) {
    await clock.advance(after);
    machine.push(item);
  }
  machine.flush();
  return stage.snapshot();
}

const attributes = { "gen_ai.provider.name": "openai", "gen_ai.request.model": "mill" };

test("The names, units and boundaries are those of the conventions", async () => {
  const usage = { inputTokens: { total: 7 }, outputTokens: { total: 21 } };
  const figures = await figuresOf(
    [
      { type: "response-metadata", modelId: "mill-1" },
      { type: "text-delta", id: "0", delta: "Hello" },
      { type: "text-delta", id: "0", delta: " you" },
      { type: "finish", finishReason: { unified: "stop" }, usage },
    ],
    250,
  );
  recordMetrics(figures, attributes, provider.getMeter("test"));
  const all = await exported();
  const told = [...all].map(([name, { descriptor, dataPoints }]) => [
    name,
    descriptor.unit,
    dataPoints.map(({ value }) => value.count),
    dataPoints.map(({ value }) => value.sum?.toFixed(1)),
  ]);
  expect(told).toEqual([
    ["gen_ai.client.operation.duration", "s", [1], ["1.0"]],
    ["gen_ai.client.operation.time_to_first_chunk", "s", [1], ["0.3"]],
    ["gen_ai.client.operation.time_per_output_chunk", "s", [3], ["0.8"]],
    ["gen_ai.client.token.usage", "{token}", [1, 1], ["7.0", "21.0"]],
  ]);
  const [duration] = all.get("gen_ai.client.operation.duration")!.dataPoints;
  expect(duration!.attributes).toEqual({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "mill",
    "gen_ai.response.model": "mill-1",
  });
  expect(duration!.value.buckets.boundaries).toEqual([
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
  ]);
  const tokens = all.get("gen_ai.client.token.usage")!.dataPoints;
  expect(tokens.map(({ attributes }) => attributes["gen_ai.token.type"])).toEqual([
    "input",
    "output",
  ]);
  expect(tokens[0]!.value.buckets.boundaries).toEqual([
    1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864,
  ]);
});

test("A failure names its type, and what was cut short is cancelled", async () => {
  const failures: [object[], string][] = [
    [[{ type: "error", error: { kind: "overloaded" } }], "overloaded"],
    [[{ type: "finish", finishReason: { unified: "interrupted" } }], "interrupted"],
    [[{ type: "error", error: 7 }], "_OTHER"],
  ];
  for (const [items] of failures) {
    recordMetrics(await figuresOf(items, 10), attributes, provider.getMeter("test"));
  }
  const open = metrics<string>();
  open.start(() => undefined).push("a");
  recordMetrics(open.snapshot(), attributes, provider.getMeter("test"));
  const thrown = metrics<string>();
  thrown.start(() => undefined).fail(new TypeError("fetch failed"));
  recordMetrics(thrown.snapshot(), attributes, provider.getMeter("test"));

  const { dataPoints } = (await exported()).get("gen_ai.client.operation.duration")!;
  expect(dataPoints.map(({ attributes }) => attributes["error.type"])).toEqual([
    ...failures.map(([, type]) => type),
    "cancelled",
    "TypeError",
  ]);
});

test("By default it takes the meter of the global provider, and does without one", async () => {
  const figures = () => {
    const stage = metrics<string>();
    run(stage, ["a"]);
    return stage.snapshot();
  };
  recordMetrics(figures(), attributes);
  telemetry.setGlobalMeterProvider(provider);
  recordMetrics(figures(), attributes);
  const { dataPoints } = (await exported()).get("gen_ai.client.operation.duration")!;
  expect(dataPoints.map(({ value }) => value.count)).toEqual([1]);
});

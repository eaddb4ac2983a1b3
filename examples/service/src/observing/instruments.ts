import type { Histogram, Meter, UpDownCounter } from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";

// As the conventions for HTTP advise, and on to the length of a long answer.
const SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 300,
];

/** Where the figures of the service are counted. */
export interface Instruments {
  /** For the figures of answers, by the conventions for generative AI. */
  meter: Meter;
  /** Requests, from the first byte to the last of the answer. */
  requests: Histogram;
  /** Answers that are under way. */
  streams: UpDownCounter;
  /** All figures, as Prometheus reads them. */
  text(): Promise<string>;
}

/** Counts in memory; one set of figures for each service in a process. */
export function createInstruments(): Instruments {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [exporter] });
  const meter = provider.getMeter("millrace");
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return {
    meter,
    requests: meter.createHistogram("http.server.request.duration", {
      description: "Duration of requests, with all of their streams",
      unit: "s",
      advice: { explicitBucketBoundaries: SECONDS },
    }),
    streams: meter.createUpDownCounter("millrace.streams.live", {
      description: "Answers that are under way",
    }),
    async text() {
      const { resourceMetrics } = await exporter.collect();
      return serializer.serialize(resourceMetrics);
    },
  };
}

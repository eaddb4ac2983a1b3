import { trace, type Tracer } from "@opentelemetry/api";

/** Where spans go, and what sends the last of them. */
export interface Tracing {
  tracer: Tracer;
  close(): Promise<void>;
}

/** Spans that are sent to a collector by OTLP. Without an address nothing is loaded, and none is made. */
export async function startTracing(endpoint: string | undefined): Promise<Tracing> {
  if (endpoint === undefined) {
    return { tracer: trace.getTracer("millrace"), close: () => Promise.resolve() };
  }
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, resources] =
    await Promise.all([
      import("@opentelemetry/sdk-trace"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/resources"),
    ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, "")}/v1/traces` });
  const provider = new TracerProvider({
    resource: resources.resourceFromAttributes({ "service.name": "millrace" }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  return { tracer: provider.getTracer("millrace"), close: () => provider.shutdown() };
}

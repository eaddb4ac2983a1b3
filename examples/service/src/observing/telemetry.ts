import type { Tracer } from "@opentelemetry/api";
import type { Logger } from "pino";
import type { Instruments } from "./instruments.ts";

/** Where the service tells what it does. */
export interface Telemetry {
  log: Logger;
  instruments: Instruments;
  tracer: Tracer;
}

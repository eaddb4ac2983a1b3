import { pino, type DestinationStream, type Logger } from "pino";

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line of JSON for each thing that is told: on the standard output, or where it is sent. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, base: null }; // who collects the lines knows process and host
  return destination === undefined ? pino(options) : pino(options, destination);
}

import { run } from "@millrace/core";
import { decodeSse } from "@millrace/sse";
import { startReplay, type ReplayOptions } from "@millrace/testing/replay";
import { afterEach } from "vitest";
import { readConfig, type Config } from "./config.ts";
import { startService } from "./service.ts";

// Everything over real sockets: client, service, and the upstream behind it.

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Closes something when the test is over. */
export function closeLater(close: () => Promise<void>): void {
  opened.push(close);
}

/** A service in front of a replay upstream that behaves as told. */
export async function open(replay: ReplayOptions = {}, config: Partial<Config> = {}) {
  const upstream = await startReplay({ speed: 0, ...replay });
  closeLater(() => upstream.close());
  const service = await startService({
    ...readConfig({ PORT: "0", LOG_LEVEL: "error" }),
    upstream: { baseUrl: `${upstream.url}/v1`, apiKey: "secret" },
    ...config,
  });
  closeLater(() => service.close());
  const post = (path: string, body: unknown, init: RequestInit = {}) =>
    fetch(`${service.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...init,
    });
  return { upstream, service, post };
}

export type Data = Record<string, unknown>;

export async function eventsOf(response: Response): Promise<{ type: string; data: Data }[]> {
  const events = run(decodeSse({ incomplete: "error" }), [await response.text()]);
  return events.map(({ type, data }) => ({ type, data: JSON.parse(data) as Data }));
}

export type Events = Awaited<ReturnType<typeof eventsOf>>;

/** The text in the events of the raw route. */
export function textOf(events: Events): string {
  return events.flatMap(({ data }) => ("content" in data ? [data["content"]] : [])).join("");
}

export const TEXT = "Dr. Ada lives in St. Ives. She grinds 3.5 t of flour!\nThe end";
export const ANSWER = { answer: { text: TEXT } };
export const RAW = "/v1/stream/raw";
export const BUFFERED = "/v1/stream/buffered";

/** A log whose lines are kept. */
export function openLog() {
  const lines: Data[] = [];
  let onLine: (() => void) | undefined;

  /** The line of a request or an answer, when it is there. */
  async function line(where: Data): Promise<Data> {
    const found = lines.find((line) =>
      Object.entries(where).every(([name, value]) => line[name] === value),
    );
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => {
      onLine = resolve;
    });
    return line(where);
  }

  const logDestination = {
    write(text: string) {
      lines.push(JSON.parse(text) as Data);
      onLine?.();
    },
  };
  return { lines, line, logDestination };
}

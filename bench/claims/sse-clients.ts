import { setTimeout as wait } from "node:timers/promises";
import { connectSse } from "@millrace/sse";
import { ours, peer, rowsOf, type Claim } from "./claim.ts";

type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Sends a POST, and hears what comes of it until it fails, or is told to stop. */
type Client = (
  fetch: Fetch,
  heard: (data: string) => void,
  signal: AbortSignal,
) => void | Promise<void>;

const URL_OF_NOBODY = "https://example.com/";
/** The server asks for another attempt after so many milliseconds, where it can. */
const RETRY = 10;
const LONG_ENOUGH = 2_500; // peers wait one or two seconds before they try again

const clients = [
  ours<Client>("`connectSse`", async (fetch, heard, signal) => {
    const events = connectSse(URL_OF_NOBODY, { method: "POST", fetch, signal });
    for await (const { data } of events) heard(data);
  }),
  peer<Client>("@microsoft/fetch-event-source", ({ fetchEventSource }: FetchEventSource) => {
    // What it needs of a page. It still asks for that when it has been told to stop.
    const document = { hidden: false, addEventListener() {}, removeEventListener() {} };
    Object.assign(globalThis, { window: { setTimeout, clearTimeout }, document });
    return async (fetch, heard, signal) => {
      const onmessage = ({ data }: { data: string }) => heard(data);
      const options = { method: "POST", fetch, signal, onmessage, openWhenHidden: true };
      await fetchEventSource(URL_OF_NOBODY, options);
    };
  }),
  peer<Client>("eventsource-client", ({ createEventSource }: EventsourceClient) => {
    return async (fetch, heard, signal) => {
      const onMessage = ({ data }: { data: string }) => heard(data);
      const client = createEventSource({ url: URL_OF_NOBODY, method: "POST", fetch, onMessage });
      await new Promise((stop) => signal.addEventListener("abort", stop));
      client.close();
    };
  }),
];

export const sseClients: Claim = {
  name: "clients",
  head: ["library", "a POST whose answer breaks off", "an answer of 500, a page"],
  rows: rowsOf(clients, (client) =>
    Promise.all([
      hear(client, breakOff),
      hear(client, () => new Response("data: a page\n\n", PAGE)),
    ]),
  ),
};

const PAGE = { status: 500, headers: { "content-type": "text/html" } };

function breakOff(): Response {
  const text = `retry: ${String(RETRY)}\nid: 1\ndata: event\n\n`;
  let isOver = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isOver) controller.error(new Error("The connection was lost"));
      else controller.enqueue(new TextEncoder().encode(text));
      isOver = true;
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

async function hear(client: Client, answer: () => Response): Promise<string> {
  let requests = 0;
  const heard: string[] = [];
  const stop = new AbortController();
  const fetch = () => {
    requests++;
    return Promise.resolve(answer());
  };
  const outcome = (async () => client(fetch, (data) => heard.push(data), stop.signal))();
  const failed = outcome.then(
    () => false,
    () => !stop.signal.aborted,
  );
  const inTime = await Promise.race([failed, wait(LONG_ENOUGH, false)]);
  stop.abort();
  const seen = [
    ...(requests > 1 ? ["is sent again"] : []),
    ...(heard.includes("a page") ? ["is read as events"] : []),
    ...(inTime ? ["an error"] : []),
  ];
  return seen.length === 0 ? "nothing" : seen.join(", ");
}

interface FetchEventSource {
  fetchEventSource: (url: string, options: object) => Promise<void>;
}
interface EventsourceClient {
  createEventSource: (options: object) => { close: () => void };
}

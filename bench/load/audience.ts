import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";

/** Clients that read along. */
export interface Audience {
  /** Resolves when they have got so many events of text, all together, since they came. */
  heard(this: void, events: number): Promise<void>;
  /** How many have got their last event and a clean end. */
  readonly ended: number;
  over(this: void): Promise<void>;
}

const AT_ONCE = 50; // that come together
const EVENT = /"content"/g;
const LAST = /\nid: done\n\n$|\[DONE\]\n\n$/;

export async function gatherAudience(
  url: string,
  clients: number,
  body: object,
): Promise<Audience> {
  const agent = new Agent({ maxSockets: Infinity });
  const closed: Promise<unknown>[] = [];
  let heard = 0;
  let ended = 0;
  let wanted = 0;
  let hearing: { resolve: () => void; reject: (error: Error) => void } | undefined;

  function listen(response: IncomingMessage): void {
    let last = "";
    response.setEncoding("utf8").on("data", (text: string) => {
      heard += text.match(EVENT)?.length ?? 0;
      last = (last + text).slice(-64);
      if (heard >= wanted) hearing?.resolve();
    });
    response.once("end", () => {
      if (LAST.test(last)) ended++;
      hearing?.reject(new Error(`A stream ended while others were awaited: …${last}`));
    });
    closed.push(once(response, "close"));
  }

  async function come(): Promise<void> {
    const asking = request(url, { method: "POST", agent });
    asking.end(JSON.stringify(body));
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    listen(response);
  }

  while (closed.length < clients) {
    const group = Math.min(AT_ONCE, clients - closed.length);
    await Promise.all(Array.from({ length: group }, come));
  }
  return {
    async heard(events) {
      wanted = events;
      if (heard < wanted) {
        await new Promise<void>((resolve, reject) => {
          hearing = { resolve, reject };
        });
      }
      hearing = undefined;
    },
    get ended() {
      return ended;
    },
    async over() {
      await Promise.all(closed);
      agent.destroy();
    },
  };
}

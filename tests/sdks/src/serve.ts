import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { WireEvent } from "./answers.ts";

export interface Served {
  url: string;
  close: () => Promise<void>;
}

/** Answers every request on loopback with these events, each in a write of its own. */
export function serve(
  events: readonly (string | Uint8Array)[],
  contentType = "text/event-stream",
): Promise<Served> {
  return serveWith((response) => {
    response.writeHead(200, { "content-type": contentType });
    for (const event of events) response.write(event);
    response.end();
  });
}

export async function serveWith(
  answer: (response: ServerResponse) => Promise<void> | void,
): Promise<Served> {
  const server = createServer((_, response) => void answer(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeAllConnections();
      }),
  };
}

/** As on the wire: named by its type. */
export function named(value: WireEvent): string {
  return `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
}

/** As on the wire, without a name. */
export function data(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

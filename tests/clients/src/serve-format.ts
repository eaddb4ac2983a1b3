import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { SseFormat, SseMessage, SseSource } from "@millrace/sse";
import { sendSse } from "@millrace/sse/node";

/** Starts a server: each request, a JSON body, gets a stream in a format, whatever its path. */
export async function serveFormat(
  format: SseFormat,
  answer: (body: Record<string, unknown>) => SseSource<string | SseMessage>,
): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    void json(request).then((body) =>
      sendSse(response, answer(body as Record<string, unknown>), { format }),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createInterface } from "node:readline";
import { createProxyServer } from "httpxy";

/** The example service in a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  kill(this: void, signal: "SIGKILL" | "SIGTERM"): void;
}

export async function startServiceProcess(
  program: string,
  variables: Record<string, string>,
): Promise<ServiceProcess> {
  const child: ChildProcess = spawn(process.execPath, [program], {
    env: { PATH: process.env["PATH"], PORT: "0", ...variables },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string);
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await Promise.race([
    once(lines, "line"),
    ended.then((how) => {
      throw new Error(`The service did not start: ${how}`);
    }),
  ])) as [string];
  return { url: /http:\S+/.exec(line)![0], ended, kill: (signal) => child.kill(signal) };
}

/**
 * A proxy that hands requests to services in turn, and knows nothing of streams. As proxies do, it asks
 * the next one where a connection is refused.
 */
export async function startRoundRobin(
  urls: readonly string[],
): Promise<{ url: string; close: () => void }> {
  const proxy = createProxyServer({});
  let turn = 0;
  const server = createServer((request, response) => void hand(request, response));

  async function hand(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (let tried = 0; tried < urls.length && !response.headersSent; tried++) {
      const target = urls[turn++ % urls.length]!;
      await proxy.web(request, response, { target }).catch(() => undefined);
    }
    if (!response.headersSent) response.writeHead(502).end();
    else if (!response.writableEnded) response.destroy();
  }

  server.on("upgrade", (request, socket, head) => {
    const target = urls[turn++ % urls.length]!;
    proxy.ws(request, socket as Socket, { target }, head).catch(() => socket.destroy());
  });

  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

// A network in between that can fall silent: connections stay open, and nothing comes through.
import { once } from "node:events";
import { connect as connectTo, createServer, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface Proxy {
  readonly url: string;
  /** Nothing passes any more on the connections that there are. New ones are well. */
  freeze(this: void): void;
  /** The connections that there are break off. */
  cut(this: void): void;
  readonly connections: number;
}

export async function startProxy(target: string): Promise<Proxy> {
  const { port } = new URL(target);
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connectTo(Number(port), "127.0.0.1");
    for (const socket of [near, far]) socket.on("error", () => undefined);
    near.pipe(far).pipe(near);
    sockets.push(near, far);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    freeze() {
      for (const socket of sockets) {
        socket.unpipe();
        socket.removeAllListeners("end");
        socket.pause();
      }
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    get connections() {
      return sockets.length / 2;
    },
  };
}

import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A way to a server that can be slow, and can be cut. */
export interface TcpProxy {
  readonly port: number;
  /** From now on every piece takes so many milliseconds, each way. */
  slowDown(this: void, milliseconds: number): void;
  /** Cuts every connection, without a word; new ones may come. */
  cut(this: void): void;
  close(this: void): Promise<void>;
}

export async function openTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let delay = 0;

  function relay(from: Socket, to: Socket): void {
    let last: Promise<void> = Promise.resolve(); // pieces keep their order
    from.on("data", (piece: Buffer) => {
      const arrival = Date.now() + delay;
      last = last.then(async () => {
        const left = arrival - Date.now();
        if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
        if (!to.destroyed) to.write(piece);
      });
    });
    from.on("error", () => undefined);
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
    sockets.add(from);
  }

  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    client.setNoDelay();
    upstream.setNoDelay();
    relay(client, upstream);
    relay(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  function cut(): void {
    for (const socket of [...sockets]) socket.destroy();
  }

  return {
    port: (server.address() as AddressInfo).port,
    slowDown(milliseconds) {
      delay = milliseconds;
    },
    cut,
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

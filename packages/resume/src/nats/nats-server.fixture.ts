import { missingServer, startServer, type TestServer } from "../server-process.fixture.ts";

const NATS = {
  command: "nats-server",
  debian: "nats-server",
  arguments: (port: number, directory: string): string[] => [
    ...["--addr", "127.0.0.1", "--port", String(port)],
    ...["--jetstream", "--store_dir", directory],
  ],
};

/** Why no test with NATS can run here; `undefined` if they can. */
export const missingNats = (): string | undefined => missingServer(NATS);

export const startNats = (): Promise<TestServer> => startServer(NATS);

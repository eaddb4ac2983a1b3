import { missingServer, startServer, type TestServer } from "../server-process.fixture.ts";

const REDIS = {
  command: "redis-server",
  debian: "redis-server",
  // An append-only file, so that it finds everything again after it was killed.
  arguments: (port: number, directory: string): string[] => [
    ...["--port", String(port), "--bind", "127.0.0.1", "--dir", directory],
    ...["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"],
  ],
};

/** Why no test with Redis can run here; `undefined` if they can. */
export const missingRedis = (): string | undefined => missingServer(REDIS);

export const startRedis = (): Promise<TestServer> => startServer(REDIS);

/** One that keeps nothing on disk: killed and started again, it is empty. */
export const startForgetfulRedis = (): Promise<TestServer> =>
  startServer({
    ...REDIS,
    arguments: (port, directory) => [...REDIS.arguments(port, directory), "--appendonly", "no"],
  });

import { startService, type Service } from "@millrace/example-service";
import { startReplay, type ReplayOptions, type ReplayUpstream } from "@millrace/testing/replay";
import { onTestFinished } from "vitest";

export interface Running {
  service: Service;
  upstream: ReplayUpstream;
}

/** The service, in front of a model's server that behaves as told. */
export async function start(replay: ReplayOptions = {}): Promise<Running> {
  const upstream = await startReplay({ speed: 0, ...replay });
  const service = await startService({
    ...{ port: 0, model: "replay", logLevel: "silent" },
    upstream: { baseUrl: `${upstream.url}/v1` },
  });
  return { service, upstream };
}

/** The same, until the test is over. */
export async function startForTest(replay: ReplayOptions = {}): Promise<Running> {
  const running = await start(replay);
  onTestFinished(() => stop(running));
  return running;
}

export async function stop({ service, upstream }: Running): Promise<void> {
  await service.close();
  await upstream.close();
}

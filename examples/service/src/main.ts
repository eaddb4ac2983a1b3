import { readConfig } from "./config.ts";
import { startService } from "./service.ts";
import type { UpstreamConfig } from "./upstreams.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

try {
  const config = readConfig(process.env);
  const service = await startService(config);
  console.log(`Millrace streams at ${service.url}`);
  console.log(
    config.upstream === undefined
      ? "Answers are replayed recordings: set UPSTREAMS, OPENAI_API_KEY or OPENAI_BASE_URL to ask a model"
      : `Answers come from ${[config.upstream, ...(config.fallbacks ?? [])].map(nameOf).join(", else ")}`,
  );
  // Of a second signal nothing here knows any more, and the process ends at once.
  const end = () => {
    for (const signal of SIGNALS) process.off(signal, end);
    void service.drain();
  };
  for (const signal of SIGNALS) process.on(signal, end);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function nameOf({ provider = "openai", baseUrl, model }: UpstreamConfig): string {
  return `${provider}${model === undefined ? "" : `:${model}`}${baseUrl === undefined ? "" : ` at ${baseUrl}`}`;
}

import { readConfig } from "./config.ts";
import { startService } from "./service.ts";
import type { UpstreamConfig } from "./upstreams.ts";

try {
  const config = readConfig(process.env);
  const service = await startService(config);
  console.log(`Millrace streams at ${service.url}`);
  console.log(
    config.upstream === undefined
      ? "Answers are replayed recordings: set UPSTREAMS, OPENAI_API_KEY or OPENAI_BASE_URL to ask a model"
      : `Answers come from ${[config.upstream, ...(config.fallbacks ?? [])].map(nameOf).join(", else ")}`,
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void service.close());
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function nameOf({ provider = "openai", baseUrl, model }: UpstreamConfig): string {
  return `${provider}${model === undefined ? "" : `:${model}`}${baseUrl === undefined ? "" : ` at ${baseUrl}`}`;
}

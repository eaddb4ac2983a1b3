import { readConfig } from "./config.ts";
import { startService } from "./service.ts";

try {
  const config = readConfig(process.env);
  const service = await startService(config);
  console.log(`Millrace streams at ${service.url}`);
  console.log(
    config.upstream === undefined
      ? "Answers are replayed recordings: set OPENAI_API_KEY or OPENAI_BASE_URL to ask a model"
      : `Answers come from ${config.upstream.baseUrl}`,
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void service.close());
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

import { readConfig } from "./config.ts";
import { startService } from "./service.ts";

try {
  const service = await startService(readConfig(process.env));
  console.log(`Millrace streams at ${service.url}`);
  console.log(`Answers come from ${service.upstreamUrl}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void service.close());
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

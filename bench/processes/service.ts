import { startService } from "@millrace/example-service";
import { answerQuestions } from "./answer-questions.ts";
import { measureMemory } from "./memory.ts";

// The example service in a process of its own, in front of the upstream it is told.

const [baseUrl = ""] = process.argv.slice(2);
const service = startService({
  ...{ host: "127.0.0.1", port: 0, model: "bench", upstream: { baseUrl } },
  ...{ idleTimeout: 300_000, heartbeat: 15_000, maxBodyBytes: 2 ** 20 },
});
answerQuestions({
  url: async () => (await service).url,
  memory: measureMemory,
});

import { startService } from "@millrace/example-service";
import { answerQuestions } from "./answer-questions.ts";
import { computed, measureMemory } from "./memory.ts";

// The example service in a process of its own, in front of the upstream and on the store it is told.

const [baseUrl = "", store = "memory:"] = process.argv.slice(2);
const service = startService({
  ...{ port: 0, model: "bench", upstream: { baseUrl }, store },
  ...{ idleTimeout: 300_000, logLevel: "silent" },
});
answerQuestions({
  url: async () => (await service).url,
  memory: measureMemory,
  computed,
});

import { emitCustom, type Answer } from "../shared/answer.ts";
import { openAnnouncer } from "../shared/announce.ts";
import { openChoices } from "../shared/choices.ts";
import { ANY, leftovers, type UsedFields } from "../shared/leftovers.ts";
import type { AnswerReader } from "../shared/read-answer.ts";
import { openSources } from "../shared/sources.ts";
import { providerError } from "../shared/stream-error.ts";
import { NO_USAGE } from "../shared/usage.ts";
import { count, fields, list, progressOf, type Wire } from "../shared/wire.ts";
import { openChoice } from "./choice.ts";
import { listSources } from "./sources.ts";
import { chatUsage } from "./usage.ts";

export const CHUNK_FIELDS: UsedFields = new Map([
  ["id", "string"],
  ["object", ANY],
  ["created", "number"],
  ["model", "string"],
  ["choices", "object"],
  ["usage", "object"],
  ["error", ANY],
  ["obfuscation", ANY],
  ["p", ANY],
  ["citations", ANY],
  ["search_results", "object"],
  ["prompt_filter_results", ANY],
  ["prompt_annotations", ANY],
  ["moderation", ANY],
  ["prompt_progress", "object"],
]);

/** Holds usage and errors, and is left over as well. */
export const GROQ = "x_groq";

/** The stream's level, above that of its choices. */
export function readChat(answer: Answer): AnswerReader {
  const { emit, fail } = answer;
  const choices = openChoices(answer, openChoice);
  const announce = openAnnouncer(emit);
  const sources = openSources(answer);
  const rest = leftovers(answer.hold);
  let usage = NO_USAGE;

  /** What is told beside the answer. */
  function readNews(chunk: Wire): void {
    const filter = chunk["prompt_filter_results"] ?? chunk["prompt_annotations"];
    if (filter) {
      const value = { prompt_filter_results: filter };
      emit({ type: "custom", kind: "azure.content-filter", value });
    }
    const { moderation } = chunk;
    if (moderation) emit({ type: "custom", kind: "openai.moderation", value: moderation });
    const { processed, total } = fields(chunk["prompt_progress"]);
    const progress = progressOf(processed, total);
    if (progress !== undefined) emit({ type: "status", status: "prompt", progress });
  }

  function read(chunk: Wire, event: string): void {
    const found = list(chunk["choices"]);
    const first = fields(found[0]);
    announce({
      id: chunk["id"],
      modelId: chunk["model"],
      timestamp: count(chunk["created"]),
      role: fields(first["delta"] ?? first["message"])["role"],
    });
    let choiceUsage: unknown;
    for (const item of found) {
      const choice = fields(item);
      choices.of(choice, 0)?.read(choice);
      choiceUsage ??= choice["usage"];
    }
    listSources(sources, chunk["search_results"]);
    listSources(sources, chunk["citations"]);
    readNews(chunk);
    const groq = fields(chunk[GROQ]);
    const newUsage = chunk["usage"] ?? choiceUsage ?? groq["usage"];
    if (typeof newUsage === "object" && newUsage !== null) {
      usage = chatUsage(newUsage as Wire);
      emit({ type: "usage", usage });
    }
    const isError = chunk["object"] === "error" || (!("choices" in chunk) && chunk["detail"]);
    const error = chunk["error"] ?? groq["error"] ?? (isError ? chunk : undefined);
    if (error) fail(providerError(error, chunk));
    if ("choices" in chunk || newUsage) rest.take(chunk, CHUNK_FIELDS);
    else if (!error) emitCustom(answer, event === "message" ? "event" : event, chunk);
  }

  return {
    read,
    readBeside(news) {
      read({ choices: [], ...news }, "message");
    },
    close(done, failed) {
      for (const choice of choices.all()) choice.close(done, failed);
    },
    finish(done, failed) {
      for (const choice of choices.all()) {
        choice.finish({ done, failed, usage, leftovers: rest.values });
      }
    },
  };
}

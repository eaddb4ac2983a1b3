import { emitCustom, type Answer } from "../shared/answer.ts";
import { openAnnouncer } from "../shared/announce.ts";
import { openChoices } from "../shared/choices.ts";
import { ANY, leftovers, type UsedFields } from "../shared/leftovers.ts";
import type { AnswerReader } from "../shared/read-answer.ts";
import { providerError } from "../shared/stream-error.ts";
import { NO_USAGE } from "../shared/usage.ts";
import { fields, list, text, type Wire } from "../shared/wire.ts";
import { openCandidate } from "./candidate.ts";
import { geminiUsage } from "./usage.ts";

const CHUNK_FIELDS: UsedFields = new Map([
  ["candidates", "object"],
  ["usageMetadata", "object"],
  ["modelVersion", "string"],
  ["responseId", "string"],
  ["createTime", "string"],
  ["sdkHttpResponse", ANY], // the SDK's own: nothing that the provider streams
]);

/** The stream's level, above that of its candidates. */
export function readGemini(answer: Answer): AnswerReader {
  const { emit, fail } = answer;
  const candidates = openChoices(answer, openCandidate);
  const announce = openAnnouncer(emit);
  const rest = leftovers(answer.hold);
  let usage = NO_USAGE;
  let blockReason: string | undefined;

  function read(chunk: Wire, event: string): void {
    const { candidates: found, promptFeedback, usageMetadata } = chunk;
    const isAnswer = found || promptFeedback || usageMetadata || chunk["responseId"];
    // The inside of an error stands alone where the body is no array but that error.
    const error = chunk["error"] ?? (!isAnswer && chunk["code"] ? chunk : undefined);
    if (error) {
      fail(providerError(error, chunk));
      return;
    }
    if (!isAnswer) {
      emitCustom(answer, event === "message" ? "event" : event, chunk);
      return;
    }
    const all = list(found);
    announce({
      id: chunk["responseId"],
      modelId: chunk["modelVersion"],
      timestamp: text(chunk["createTime"]),
      role: fields(fields(all[0])["content"])["role"],
    });
    all.forEach((item, place) => {
      const candidate = fields(item);
      candidates.of(candidate, place)?.read(candidate);
    });
    blockReason = text(fields(promptFeedback)["blockReason"]) || blockReason;
    rest.take(chunk, CHUNK_FIELDS);
    readUsage(usageMetadata);
  }

  function readUsage(usageMetadata: unknown): void {
    const newUsage = geminiUsage(fields(usageMetadata));
    if (newUsage === undefined) {
      rest.take({ usageMetadata }, NONE);
      return;
    }
    usage = newUsage;
    emit({ type: "usage", usage });
  }

  return {
    read,
    foreseen(piece) {
      candidates.of({}, 0)?.hear(piece);
      return true;
    },
    readBeside({ usageMetadata }) {
      readUsage(usageMetadata);
    },
    close(done, failed) {
      for (const candidate of candidates.all()) candidate.close(failed);
    },
    finish(done, failed) {
      for (const candidate of candidates.all()) {
        candidate.finish({ done, failed, usage, blockReason, leftovers: rest.values });
      }
    },
  };
}

const NONE: UsedFields = new Map();

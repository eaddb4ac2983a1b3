import type { Continuable, Usage } from "@millrace/parts";
import { metadata, type Answer } from "../shared/answer.ts";
import { endWithoutReason, unifyFinishReason } from "../shared/finish-reason.ts";
import { ANY, leftovers, type UsedFields } from "../shared/leftovers.ts";
import { openSources } from "../shared/sources.ts";
import { providerError } from "../shared/stream-error.ts";
import { fields, list, text, type Wire } from "../shared/wire.ts";
import { openContents } from "./contents.ts";
import { FINISH_REASONS } from "./finish-reason.ts";
import { readGrounding } from "./grounding.ts";
import { geminiLogprobs } from "./logprobs.ts";

/** How the stream ended: what every candidate must know to finish. */
export interface Ending {
  done: boolean;
  failed: boolean;
  usage: Usage;
  /** Why the prompt was not answered, if it was not. */
  blockReason: string | undefined;
  /** Fields of the chunks for which there is no part. */
  leftovers: ReadonlyMap<string, unknown>;
}

/** One of the answers in a stream. */
export interface Candidate {
  read(candidate: Wire): void;
  /** Text has come that was foreseen: the last part again, but for its text. */
  hear(piece: string): void;
  /** Nothing more comes: ends what is open, and says so if it ended badly. */
  close(failed: boolean): void;
  finish(ending: Ending): void;
}

const CANDIDATE_FIELDS: UsedFields = new Map([
  ["index", "number"],
  ["content", "object"],
  ["finishReason", "string"],
  ["citationMetadata", "object"],
  ["logprobsResult", ANY],
  ["continuationToken", "string"],
]);
const CONTENT_FIELDS: UsedFields = new Map([
  ["role", "string"],
  ["parts", "object"],
]);

/** `answer.emit` marks the parts with the choice. */
export function openCandidate(answer: Answer): Candidate {
  const { emit } = answer;
  const contents = openContents(answer);
  const sources = openSources(answer);
  const rest = leftovers(answer.hold);
  let finishReason: string | undefined; // the last one said: some models say STOP again and again
  let finishMessage = "";
  let token = ""; // where another request can go on

  function continuable(): { continuable?: Continuable } {
    if (finishReason !== "CONTINUATION" || token === "") return {};
    const kind = "continuation-token";
    return { continuable: { kind, cursor: { kind, value: token } } };
  }

  return {
    read(candidate) {
      const { content, finishReason: reason, finishMessage: message } = candidate;
      let logprobs = geminiLogprobs(candidate);
      for (const part of list(fields(content)["parts"])) {
        contents.read(fields(part), logprobs);
        logprobs = undefined;
      }
      readGrounding(candidate, sources, contents.cited);
      rest.take(content, CONTENT_FIELDS);
      rest.take(candidate, CANDIDATE_FIELDS);
      if (text(reason) !== "") finishReason = text(reason);
      finishMessage = text(message) || finishMessage;
      if (text(candidate["continuationToken"]) === "") return;
      token = text(candidate["continuationToken"]);
      const cursor = { kind: "continuation-token", value: token } as const;
      emit({ type: "status", status: "checkpoint", cursor });
    },
    hear(piece) {
      contents.hear(piece);
    },
    close(failed) {
      const unified = finishReason && unifyFinishReason(FINISH_REASONS, finishReason);
      contents.end(unified === "stop" || unified === "other");
      if (failed || finishReason === undefined || unified !== "error") return;
      const message = finishMessage || `The provider finished with "${finishReason}"`;
      answer.fail(providerError({ message, code: finishReason }));
    },
    finish({ done, failed, usage, blockReason, leftovers: ofStream }) {
      const values = Object.fromEntries([...ofStream, ...rest.values]);
      let unified = finishReason
        ? unifyFinishReason(FINISH_REASONS, finishReason)
        : blockReason
          ? "content-filter"
          : endWithoutReason(done, failed);
      if (unified === "stop" && contents.callCount > 0) unified = "tool-calls";
      emit({
        type: "finish",
        finishReason: { unified, raw: finishReason ?? blockReason },
        usage,
        ...continuable(),
        ...(Object.keys(values).length > 0 && metadata(answer, values)),
      });
    },
  };
}

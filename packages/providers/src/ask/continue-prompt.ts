import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { assistantMessage } from "../assistant-message.ts";
import type { Message, Prompt } from "../prompt.ts";
import { textOf } from "../shared/request/content.ts";

export interface ContinueOptions {
  /** The model goes on with a last message of its own. */
  prefill: boolean;
  /** What a model that does not is told. */
  instruction: string;
}

/** What is left to be asked for. */
export interface Rest {
  prompt: Prompt;
  /** What came last and the model is not told: it may say it again. */
  untold: string;
}

/**
 * The prompt that lets a model go on from what another one has said: its text, as the beginning of an
 * answer. Thoughts are not sent on: they were for the model that thought them. Space at the end of a
 * prefill is not sent either: some refuse it, and others stumble over it.
 *
 * A call that is whole may have been acted on: then there is no rest before its result is known.
 */
export function continuePrompt(
  prompt: Prompt,
  soFar: readonly Part[],
  { prefill, instruction }: ContinueOptions,
): Rest | undefined {
  const { content } = assistantMessage(soFar);
  if (content.some(({ type }) => type === "tool-call")) return undefined;
  const said = textOf(content);
  if (said.trim() === "") return { prompt, untold: "" };
  const told = prefill ? said.trimEnd() : said;
  const messages: Message[] = [...prompt.messages, { role: "assistant", content: told }];
  if (!prefill) messages.push({ role: "user", content: instruction });
  return { prompt: { ...prompt, messages }, untold: said.slice(told.length) };
}

/** Leaves out of the first text what it has in common with what was not told. */
export function leaveOut(untold: string): Stage<Part, Part> {
  return stage((emit) => {
    let left = untold;
    return {
      push(part) {
        if (left === "" || part.type !== "text-delta" || part.choice !== undefined) {
          emit(part);
          return;
        }
        const { delta, logprobs, providerMetadata } = part;
        let same = 0;
        while (same < delta.length && same < left.length && delta[same] === left[same]) same++;
        left = same === delta.length ? left.slice(same) : "";
        const carriesMore = logprobs !== undefined || providerMetadata !== undefined;
        if (same < delta.length || carriesMore) emit({ ...part, delta: delta.slice(same) });
      },
    };
  });
}

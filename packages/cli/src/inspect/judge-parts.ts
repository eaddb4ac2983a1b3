import { systemClock } from "@millrace/core/clock";
import { metrics, type Metrics } from "@millrace/flow";
import { checkParts, type FinishPart, type Part, type Usage } from "@millrace/parts";
import { messageOf } from "../failure.ts";

/** What the parts of an answer say, in figures. */
export interface Facts {
  readonly parts: number;
  readonly text: number;
  readonly reasoning: number;
  readonly calls: number;
  readonly model: string | undefined;
  readonly finish: FinishPart["finishReason"] | undefined;
  readonly usage: Usage | undefined;
  /** Undefined where no times are known. */
  readonly figures: Metrics | undefined;
}

export interface Judge {
  /** Takes a part, and what time it is, and tells what is wrong with it. */
  see(this: void, part: Part, ms: number | undefined): void;
  /** Nothing more comes. */
  end(this: void): void;
  facts(this: void): Facts;
}

/** Holds parts to the rules, and counts what they say. */
export function judgeParts(
  onDefect: (what: string) => void,
  onNote: (what: string) => void,
  stallAfter: number,
): Judge {
  let now: number | undefined;
  const clock = { ...systemClock, now: () => now ?? 0 };
  const meter = metrics<Part>({ since: 0, stallAfter, clock });
  const measured = meter.start(() => undefined);
  const rules = checkParts().start(() => undefined);
  const lengths = { text: 0, reasoning: 0 };
  let isByTheRules = true; // of those seen so far; the first one that is not ends the checks
  let count = 0;
  let calls = 0;
  let model: string | undefined;
  let finish: FinishPart["finishReason"] | undefined;
  let usage: Usage | undefined;

  function check(step: () => void): void {
    if (!isByTheRules) return;
    try {
      step();
    } catch (error) {
      isByTheRules = false;
      onDefect(messageOf(error).replace("Cannot check parts", "against the rules of parts"));
    }
  }

  function judge(part: Part): void {
    switch (part.type) {
      case "error":
        onDefect(`error: ${part.error.kind}: ${part.error.message}`);
        break;
      case "tool-call":
        calls++;
        if (part.inputState === "invalid" || part.inputState === "truncated") {
          onDefect(`the input of the call to ${part.toolName} is ${part.inputState}`);
        }
        break;
      case "custom":
        onNote(`unknown to the parts: ${part.kind}`);
        break;
      case "finish":
        finish ??= part.finishReason;
        if (part.finishReason.unified === "interrupted") {
          onDefect("truncated: the stream ends before the answer does");
        }
        break;
      case "response-metadata":
        model ??= part.modelId;
        break;
      case "usage":
        usage = part.usage;
        break;
      case "text-delta":
        lengths.text += part.delta.length;
        break;
      case "reasoning-delta":
        lengths.reasoning += part.delta.length;
    }
  }

  return {
    see(part, ms) {
      now = ms;
      count++;
      measured.push(part);
      check(() => rules.push(part));
      judge(part);
    },
    end() {
      if (count === 0) return;
      measured.flush();
      check(() => rules.flush());
    },
    facts: () => ({
      parts: count,
      ...lengths,
      calls,
      model,
      finish,
      usage,
      figures: now === undefined || count === 0 ? undefined : meter.snapshot(),
    }),
  };
}

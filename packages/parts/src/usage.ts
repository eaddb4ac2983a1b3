import { stage, type Stage } from "@millrace/core";
import type { Part } from "./part.ts";

/** Totals include their details; what the provider did not say is left out. */
export interface Usage {
  inputTokens: { total?: number; noCache?: number; cacheRead?: number; cacheWrite?: number };
  outputTokens: { total?: number; text?: number; reasoning?: number };
  /** The provider's own object. */
  raw?: unknown;
}

/**
 * The tokens an answer has used, as the provider counts them.
 *
 * - **In / Out:** parts; totals so far, of all choices together. A later one replaces the earlier:
 *   the last one counts.
 * - **When:** at once. Most providers count once, at the end.
 * - **Errors:** none of its own. Where nobody counted, nothing comes out.
 * - **Cost:** a comparison a part.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { usage, type Part } from "@millrace/parts";
 *
 * const counted = { inputTokens: { total: 8 }, outputTokens: { total: 2 } };
 * const parts: Part[] = [{ type: "usage", usage: counted }];
 * run(usage(), parts).at(-1)?.outputTokens.total; // => 2
 * ```
 */
export function usage(): Stage<Part, Usage> {
  return stage((emit) => {
    let told = false;
    return {
      push(part) {
        if (part.type !== "usage" && part.type !== "finish") return;
        // A finish repeats the last usage part. Parts of your own may have nothing but the finish.
        if (part.type === "finish" && (told || !isCounted(part.usage))) return;
        told = true;
        emit(part.usage);
      },
    };
  });
}

/** Whether a provider has said anything. */
export function isCounted({ inputTokens, outputTokens }: Usage): boolean {
  return Object.keys(inputTokens).length + Object.keys(outputTokens).length > 0;
}

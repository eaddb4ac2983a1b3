import { filter, type Stage } from "@millrace/core";
import type { Part, SourcePart } from "./part.ts";

export interface SourcesOptions {
  /** Which of several answers. Default 0. */
  choice?: number;
}

/**
 * What an answer rests on: the sources it names and cites.
 *
 * - **In / Out:** parts; those of the type `source`, unchanged.
 * - **When:** at once.
 * - **Limits:** what has been emitted stays, also when a `reset` takes back the block it is cited in.
 * - **Errors:** none of its own.
 * - **Cost:** a comparison a part.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { sources, type Part } from "@millrace/parts";
 *
 * const url = "https://example.com";
 * const parts: Part[] = [{ type: "source", id: "s", source: { kind: "url", url } }];
 * run(sources(), parts).map(({ source }) => source.url); // => ["https://example.com"]
 * ```
 */
export function sources(options: SourcesOptions = {}): Stage<Part, SourcePart> {
  const { choice = 0 } = options;
  return filter(
    (part: Part): part is SourcePart => part.type === "source" && (part.choice ?? 0) === choice,
  );
}

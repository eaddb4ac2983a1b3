import { fuse, run, type Stage } from "@millrace/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { answers } from "./answers.fixture.ts";
import { checkParts } from "./check-parts.ts";
import { collect } from "./collect.ts";
import { joinHops, type Hop } from "./join-hops.ts";
import { onText } from "./on-text.ts";
import type { Part } from "./part.ts";
import type { ReadToolCall } from "./read-tool-call.ts";
import { reasoning } from "./reasoning.ts";
import { brackets, stopping, words } from "./text-stages.fixture.ts";
import { text } from "./text.ts";
import { thinkTags } from "./think-tags.ts";
import { toolCalls } from "./tool-calls.ts";

const failing = answers({ endings: ["error", "interrupted"] });
const hops = fc
  .tuple(fc.array(failing, { maxLength: 2 }), answers())
  .map(([before, last]) =>
    [...before, last].flatMap((parts, index) =>
      parts.map((item): Hop<Part> => ({ hop: index + 1, item })),
    ),
  );

test("Stages on parts, one behind another in any order, keep the grammar", () => {
  const stages = fc.constantFrom<(() => Stage<Part, Part>)[]>(
    () => onText(words),
    () => onText(stopping),
    () => onText(() => undefined),
    () => thinkTags(brackets),
  );
  fc.assert(
    fc.property(hops, stages, stages, (all, first, second) => {
      run(fuse(joinHops(), first(), second(), checkParts()), all);
    }),
    { numRuns: 500 },
  );
});

test("The selectors and collect say the same of what comes out", async () => {
  await fc.assert(
    fc.asyncProperty(hops, async (all) => {
      const parts = run(fuse(joinHops(), thinkTags(brackets), onText(words)), all);
      if (parts.some(({ type }) => type === "reset")) return; // what was emitted stays
      const result = await collect(parts);
      expect(units(run(text(), parts))).toEqual(units([result.text]));
      expect(units(run(reasoning(), parts))).toEqual(units([result.reasoning]));
      expect(told(run(toolCalls(), parts))).toEqual(told(result.toolCalls));
    }),
  );
});

/** Blocks that grow at once are told as they grow. */
function units(texts: readonly string[]): string[] {
  return texts.join("").split("").sort();
}

function told(calls: readonly ReadToolCall[]): unknown[] {
  return calls.map(({ toolCallId, input, text, error }) => [toolCallId, input, text, error?.code]);
}

import { fuse, run, type Stage } from "@millrace/core";
import {
  checkParts,
  reasoning,
  text,
  thinkTags,
  toolCalls,
  toolInputs,
  type Part,
} from "@millrace/parts";
import { tags } from "@millrace/parsers";
import { decodeSse, encodeSse, type SseEvent } from "@millrace/sse";
import { decodeAgUi, decodeAiSdkUi, encodeAgUi, encodeAiSdkUi } from "@millrace/ui";
import * as fc from "fast-check";
import { answers as partAnswers } from "../../../../packages/parts/src/answers.fixture.ts";
import { checkShapes } from "../../../../packages/parts/src/part-shape.fixture.ts";
import { anyPart } from "../../../../packages/parts/src/parts.fixture.ts";
import { answers as uiAnswers } from "../../../../packages/ui/src/answers.fixture.ts";
import { damaged } from "../hostile.ts";
import { otherTarget, stageTarget, type AnyTarget } from "../target.ts";

const answers = fc.oneof(partAnswers(), uiAnswers);
const anyOrder = fc.array(anyPart, { maxLength: 12 });
const RUN = { threadId: "t", runId: "r" };
const encoder = new TextEncoder();

const stages: Readonly<Record<string, () => Stage<Part, unknown>>> = {
  text: () => text(),
  reasoning: () => reasoning(),
  toolInputs: () => toolInputs("f"),
  toolCalls: () => toolCalls(),
  checkParts: () => checkParts(),
};

const formats: Readonly<
  Record<
    string,
    { encode: () => Stage<Part, string>; decode: () => Stage<string | SseEvent, Part> }
  >
> = {
  "AI SDK": { encode: () => encodeAiSdkUi(), decode: () => decodeAiSdkUi() },
  "AG-UI": { encode: () => encodeAgUi(RUN), decode: () => decodeAgUi() },
};

/** What a front end is sent, as bytes that something may have happened to. */
const BODY: readonly Part[] = [
  { type: "response-metadata", id: "r", modelId: "m" },
  { type: "text-start", id: "a" },
  { type: "text-delta", id: "a", delta: "Hi 🌊" },
  { type: "text-end", id: "a" },
  { type: "tool-input-start", id: "c", toolName: "f" },
  { type: "tool-input-delta", id: "c", delta: '{"a":1}' },
  { type: "tool-input-end", id: "c" },
  { type: "tool-call", toolCallId: "c", toolName: "f", input: '{"a":1}', inputState: "valid" },
  { type: "tool-result", toolCallId: "c", result: { degrees: 21 } },
  {
    type: "finish",
    finishReason: { unified: "stop", raw: undefined },
    usage: { inputTokens: { total: 1 }, outputTokens: { total: 2 } },
  },
];

function uiTargets([name, { encode, decode }]: [string, (typeof formats)[string]]): AnyTarget[] {
  const body = encoder.encode(run(fuse(encode(), encodeSse()), BODY).join(""));
  const decoded = () => fuse(decodeSse({ incomplete: "dispatch" }), decode(), checkParts());
  return [
    stageTarget(`encode for ${name}`, encode, answers),
    stageTarget(`decode from ${name}`, decoded, damaged([body]), {
      holds: (bytes) => checkShapes(run(decoded(), [bytes])),
    }),
    otherTarget(`there and back in ${name}`, answers, (parts) => {
      const there = fuse(encode(), encodeSse(), decodeSse(), decode());
      checkShapes(run(fuse(there, checkParts()), parts));
    }),
  ];
}

export const partTargets: readonly AnyTarget[] = [
  ...Object.entries(stages).map(([name, make]) => stageTarget(name, make, anyOrder)),
  otherTarget("thinkTags", answers, (parts) => {
    run(
      fuse(
        thinkTags(() => tags({ tag: "a", open: "[", close: "]" })),
        checkParts(),
      ),
      parts,
    );
  }),
  ...Object.entries(formats).flatMap(uiTargets),
];

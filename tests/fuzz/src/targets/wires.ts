import { decodeText, encodeText, fuse, run, type Stage } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import { decodeSse } from "@millrace/sse";
import * as fc from "fast-check";
import { checkShapes } from "../../../../packages/parts/src/part-shape.fixture.ts";
import { formats, joinBytes } from "../../../../packages/providers/src/formats.fixture.ts";
import { interpret } from "../../../../packages/sse/src/oracle.fixture.ts";
import { anthropicInputs } from "../../../conformance/src/hard-inputs/anthropic.ts";
import { chatInputs } from "../../../conformance/src/hard-inputs/chat.ts";
import { eventStreamInputs } from "../../../conformance/src/hard-inputs/event-stream.ts";
import { geminiInputs, interactionsInputs } from "../../../conformance/src/hard-inputs/google.ts";
import type { HardInput } from "../../../conformance/src/hard-inputs/hard-input.ts";
import { cohereInputs, ollamaInputs } from "../../../conformance/src/hard-inputs/others.ts";
import { responsesInputs } from "../../../conformance/src/hard-inputs/responses.ts";
import { streamInputs } from "../../../conformance/src/hard-inputs/streams.ts";
import { damaged, hostileText } from "../hostile.ts";
import { otherTarget, stageTarget, type AnyTarget } from "../target.ts";

const events = hostileText([
  ...["data", "data:", "data: ", "event:", "id:", "id: 1", "retry: 5", ":", "\n", "\r", "\r\n"],
  ...["\n\n", "x", "data: x\n\n", "error", "{", "[DONE]"],
]);
const encoder = new TextEncoder();
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  damaged(["Wasser läuft 水車 🌊", "\ufeff\ufeffa", ""].map((text) => encoder.encode(text))),
);
const joined = (texts: readonly string[]) => texts.join("");

/** Grammar and types hold, whatever comes and wherever it breaks off; the last is a finish. */
function keepsToGrammar(decode: () => Stage<object, Part>, units: readonly object[]): void {
  checkShapes(run(fuse(decode(), checkParts()), units));
  const parts: Part[] = [];
  let isOver = false;
  const hasEnded = () => isOver;
  const machine = decode().start(
    (part) => parts.push(part),
    () => (isOver = true),
  );
  for (const unit of units) if (!hasEnded()) machine.push(unit);
  if (!hasEnded()) machine.fail(new Error("The source broke"));
  checkShapes(run(checkParts(), parts));
  if (parts.at(-1)?.type !== "finish") throw new Error("The last part is no finish");
}

/** What comes of bytes before they break off. */
function unitsOf(stage: Stage<Uint8Array, object>, body: Uint8Array): object[] {
  const units: object[] = [];
  const machine = stage.start((unit) => units.push(unit));
  try {
    machine.push(body);
    machine.flush();
  } catch {
    // An error of the framing is its own affair.
  }
  return units;
}

const tables: Readonly<Record<string, readonly HardInput[]>> = {
  "openai-chat": chatInputs,
  "event streams": streamInputs,
  "openai-responses": responsesInputs,
  anthropic: anthropicInputs,
  gemini: geminiInputs,
  "gemini-interactions": interactionsInputs,
  cohere: cohereInputs,
  ollama: ollamaInputs,
  bedrock: eventStreamInputs,
};

function providerTargets([name, inputs]: [string, readonly HardInput[]]): AnyTarget[] {
  const { format } = inputs[0]!;
  const answer = formats[name];
  const known = [
    ...inputs.map(({ body }) => body),
    ...(answer === undefined
      ? []
      : [answer.text(["Hi ", "🌊"]), answer.call(['{"a":', "1}"])].map(joinBytes)),
  ];
  const damagedBodies = damaged(known);
  return [
    otherTarget(`the grammar of ${name}`, damagedBodies, (body) =>
      keepsToGrammar(format.decode, unitsOf(format.units(), body)),
    ),
    stageTarget(`bytes of ${name}`, () => fuse(format.units(), format.decode()), damagedBodies),
  ];
}

export const wireTargets: readonly AnyTarget[] = [
  ...[true, false].map((fatal) =>
    stageTarget(`decodeText ${fatal ? "fatal" : "lenient"}`, () => decodeText({ fatal }), bytes, {
      oracle: (whole) => [new TextDecoder("utf-8", { fatal }).decode(whole)],
      join: joined,
    }),
  ),
  stageTarget("encodeText", encodeText, events, {
    oracle: (text) => [encoder.encode(text)],
    join: (outputs) => outputs.flatMap((chunk) => [...chunk]),
  }),
  stageTarget("decodeSse", () => decodeSse(), events, { oracle: (text) => interpret(text) }),
  stageTarget("decodeSse with strays", () => decodeSse({ strays: "dispatch" }), events),
  stageTarget("decodeSse with half events", () => decodeSse({ incomplete: "dispatch" }), events),
  ...Object.entries(tables).flatMap(providerTargets),
];

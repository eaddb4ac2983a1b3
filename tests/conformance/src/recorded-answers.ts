import { fuse, run, type Stage } from "@millrace/core";
import {
  checkParts,
  type FinishPart,
  type FinishReason,
  type Part,
  type ToolCall,
} from "@millrace/parts";
import { decodeSse, type SseEvent } from "@millrace/sse";
import { someCuts } from "@millrace/testing";
import { afterAll, describe, expect, test } from "vitest";
import { checkShapes } from "../../../packages/parts/src/part-shape.fixture.ts";
import { haveRecordings, recordings, type Expected, type Recording } from "./recordings.ts";

/** What the recordings of a format are held to. */
export interface RecordedFormat {
  title: string;
  /** As `expected.json` names it. */
  wire: string;
  decode: () => Stage<SseEvent | object, Part>;
  /** How the units of the decoder come out of bytes, where the recording has them. Default: events. */
  transports?: Record<string, () => Stage<Uint8Array | string, object>>;
  /** Which of its recordings are meant, by name. Default: all. */
  only?: RegExp;
  /** Which framings are meant. Default: all that a transport is known for. */
  framings?: readonly string[];
  /** An event whose framing was not recorded, as it was on the wire. */
  frame: (payload: string) => string;
  /** The totals in the provider's own object. */
  usage: (raw: Record<string, unknown>) => { input: unknown; output: unknown };
  /** What the provider's word for the end may mean, by what is known of the recording. */
  endings: (raw: string | undefined, expected: Expected) => readonly FinishReason[];
  /** What else is known. */
  check?: (parts: Part[], expected: Expected) => void;
  /** Where the facts say less than the format does; each with its reason in a comment. */
  exceptions: Record<string, Exception>;
}

export interface Exception {
  parts?: (parts: Part[]) => Part[];
  expected?: Partial<Expected>;
}

/** Lets what broke off, and what servers say outside of events, be heard. */
function events(): Stage<Uint8Array | string, SseEvent> {
  return decodeSse({ incomplete: "dispatch", strays: "dispatch" });
}

const EVENTS = { sse: events, "json-chunks": events };

/** Declares the tests of all recordings of a format. */
export function testRecordedAnswers(format: RecordedFormat): void {
  const { title, wire, decode, exceptions } = format;
  const transports: typeof format.transports = { ...EVENTS, ...format.transports };
  const { framings = Object.keys(transports) } = format;
  const streams = recordings(
    (expected, name) => expected.wire === wire || (expected.wire === null && name in exceptions),
  )
    .filter(({ expected }) => framings.includes(expected.framing))
    .filter(({ name }) => format.only?.test(name) ?? true);
  const counts = { recordings: 0, cuts: 0, bytes: 0, parts: 0 };
  const answer = (): Stage<SseEvent | object, Part> => fuse(decode(), checkParts());

  describe.skipIf(!haveRecordings)(`${title} on recorded streams`, () => {
    test.each(streams)("$name", (recording) => {
      const { name, expected } = recording;
      const bytes = wireOf(recording, format);
      const units = transports[expected.framing]!;
      const known = run(units(), [bytes]);
      const parts = run(fuse(units(), answer()), [bytes]);
      checkShapes(parts);
      const exception = exceptions[name] ?? {};
      check(exception.parts?.(parts) ?? parts, { ...expected, ...exception.expected }, format);

      // What a decoder gives depends on its units alone: where they are the same, so are the parts.
      const texts = known.map(textOf);
      let last: Uint8Array[] = [];
      for (const pieces of someCuts(bytes)) {
        const difference = cutDifferently(units(), pieces, texts);
        if (difference !== undefined) expect.fail(`Cut into ${pieces.length}: ${difference}`);
        counts.cuts++;
        last = pieces;
      }
      expect(run(fuse(units(), answer()), last)).toEqual(parts);

      // SDKs' chunk objects are read by `JSON.parse`: what is foreseen must be the same.
      const objects = known
        .filter((unit) => !isEvent(unit) || unit.data.trim() !== "[DONE]")
        .map((unit) => (isEvent(unit) ? (JSON.parse(unit.data) as object) : unit));
      const fromObjects = run(answer(), objects);
      const endIsShort = expected.finishReason === null || expected.choices !== undefined;
      const same = (part: Part): boolean => !endIsShort || part.type !== "finish";
      expect(fromObjects.filter(same)).toEqual(parts.filter(same));

      counts.recordings++;
      counts.bytes += bytes.length;
      counts.parts += parts.length;
    });

    afterAll(() => {
      console.log(
        `${title}: ${counts.recordings} of ${streams.length} recordings, ${counts.bytes} bytes, ` +
          `${counts.parts} parts, ${counts.cuts} cuts`,
      );
    });
  });
}

function isEvent(unit: object): unit is SseEvent {
  return "data" in unit && "lastEventId" in unit;
}

function wireOf({ bytes, expected }: Recording, { frame }: RecordedFormat): Uint8Array {
  if (expected.framing !== "json-chunks") return bytes;
  const payloads = new TextDecoder().decode(bytes).split("\n").filter(Boolean);
  return new TextEncoder().encode(payloads.map(frame).join(""));
}

/** The first unit that is another than it was, or how many there are where that differs. */
function cutDifferently(
  units: Stage<Uint8Array | string, object>,
  pieces: readonly Uint8Array[],
  texts: readonly string[],
): string | undefined {
  let count = 0;
  let difference: object | undefined;
  const machine = units.start((unit) => {
    if (textOf(unit) !== texts[count++]) difference ??= unit;
  });
  for (const piece of pieces) machine.push(piece);
  machine.flush();
  if (difference !== undefined) return `another unit, ${textOf(difference)}`;
  return count === texts.length ? undefined : `${count} units instead of ${texts.length}`;
}

/** The same of two units that are the same. */
function textOf(unit: object): string {
  if (isEvent(unit)) return `${unit.type} ${unit.id ?? ""} ${unit.data}`;
  return JSON.stringify(unit, (_, value: unknown) =>
    value instanceof Uint8Array ? String.fromCharCode(...value) : value,
  );
}

function check(parts: Part[], expected: Expected, format: RecordedFormat): void {
  for (const choice of expected.choices ?? [{ ...expected, index: 0 }]) {
    const { toolCalls, ...facts } = factsOf(parts, choice.index);
    expect(facts).toEqual({
      text: choice.text,
      reasoning: choice.reasoning,
      refusal: expected.refusal ?? "",
      finishReason: choice.finishReason,
    });
    checkCalls(toolCalls, choice.toolCalls);
  }
  const metadata = parts.filter((part) => part.type === "response-metadata");
  expect(metadata.map(({ id }) => id).find(Boolean)).toBe(expected.id ?? undefined);
  expect(metadata.map(({ modelId }) => modelId).find(Boolean)).toBe(expected.model ?? undefined);
  const errors = parts.filter((part) => part.type === "error").map(({ error }) => error.message);
  expect(errors).toEqual(
    expected.errors.map((error) => (typeof error === "string" ? error : error.message)),
  );
  if (expected.otherParts === undefined) checkServerTools(parts, expected);
  checkCounts(parts, expected);
  format.check?.(parts, expected);
  for (const part of parts) if (part.type === "finish") checkFinish(part, expected, format);
}

function factsOf(parts: Part[], choice: number): Facts {
  const own = parts.filter((part) => part.type !== "raw" && (part.choice ?? 0) === choice);
  const refusals = new Set(
    own.flatMap((part) => (part.type === "text-start" && part.kind === "refusal" ? [part.id] : [])),
  );
  const plans = new Set(
    own.flatMap((part) =>
      part.type === "reasoning-start" && part.kind === "plan" ? [part.id] : [],
    ),
  );
  const texts = own.filter((part) => part.type === "text-delta");
  return {
    text: join(texts.filter(({ id }) => !refusals.has(id))),
    refusal: join(texts.filter(({ id }) => refusals.has(id))),
    reasoning: join(
      own.filter((part) => part.type === "reasoning-delta").filter(({ id }) => !plans.has(id)),
    ),
    toolCalls: own
      .filter((part) => part.type === "tool-call")
      .filter(({ providerExecuted }) => providerExecuted !== true),
    finishReason: own.find((part) => part.type === "finish")?.finishReason.raw ?? null,
  };
}

interface Facts {
  text: string;
  refusal: string;
  reasoning: string;
  toolCalls: ToolCall[];
  finishReason: string | null;
}

/** Some wires have no ids, so the decoder makes them; some have the arguments as objects. */
function checkCalls(calls: ToolCall[], expected: Expected["toolCalls"]): void {
  expect(calls.map(({ toolName }) => toolName)).toEqual(expected.map(({ name }) => name));
  for (const [index, { toolCallId, input }] of calls.entries()) {
    const { id, argumentsText, arguments: args } = expected[index]!;
    if (id !== null) expect(toolCallId).toBe(id);
    if (argumentsText !== null) expect(input).toBe(argumentsText);
    else expect(JSON.parse(input || "{}")).toEqual(args);
  }
}

function join(deltas: { delta: string }[]): string {
  return deltas.map(({ delta }) => delta).join("");
}

function checkServerTools(parts: Part[], { serverToolCalls = [] }: Expected): void {
  const calls = parts.filter((part) => part.type === "tool-call" && part.providerExecuted === true);
  expect(calls).toHaveLength(serverToolCalls.length);
  for (const [index, { id, name, argumentsText }] of serverToolCalls.entries()) {
    expect(calls[index]).toMatchObject({
      toolCallId: id,
      ...(name !== null && { toolName: name }),
      ...(argumentsText !== undefined && { input: argumentsText }),
    });
  }
}

function checkCounts(parts: Part[], expected: Expected): void {
  const count = (is: (part: Part) => boolean): number => parts.filter(is).length;
  const { signatures, pings, citations, annotations } = expected;
  const facts = { signatures, pings, cited: citations ?? annotations };
  const told: typeof facts = {
    signatures: count(isSigned),
    pings: count((part) => part.type === "status" && part.status === "ping"),
    cited: count((part) => part.type === "source" && part.anchor !== undefined),
  };
  for (const [key, number] of Object.entries(facts)) {
    if (number !== undefined) expect(told).toMatchObject({ [key]: number });
  }
}

function isSigned(part: Part): boolean {
  if (part.type === "reasoning-end" && part.signature !== undefined) return true;
  return (
    "providerMetadata" in part &&
    part.providerMetadata["gemini"]?.["thoughtSignature"] !== undefined
  );
}

const NO_TOTALS = { input: undefined, output: undefined };

function checkFinish(part: FinishPart, expected: Expected, format: RecordedFormat): void {
  const { usage, finishReason, stopSequence } = part;
  const raw = expected.usage;
  expect(usage.raw).toEqual(raw ?? undefined);
  const { input, output } = raw === null ? NO_TOTALS : format.usage(raw);
  expect([usage.inputTokens.total, usage.outputTokens.total]).toEqual([input, output]);
  expect(format.endings(finishReason.raw, expected)).toContain(finishReason.unified);
  expect(stopSequence).toBe(expected.stopSequence);
}

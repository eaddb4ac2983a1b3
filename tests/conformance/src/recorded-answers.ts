import { fuse, run, type Stage } from "@millrace/core";
import { checkParts, type FinishPart, type FinishReason, type Part } from "@millrace/parts";
import { decodeSse, type SseEvent } from "@millrace/sse";
import { everyCut } from "@millrace/testing";
import { afterAll, describe, expect, test } from "vitest";
import { haveRecordings, recordings, type Expected, type Recording } from "./recordings.ts";

/** What the recordings of a format are held to. */
export interface RecordedFormat {
  title: string;
  /** As `expected.json` names it. */
  wire: string;
  decode: () => Stage<SseEvent | object, Part>;
  /** An event whose framing was not recorded, as it was on the wire. */
  frame: (payload: string) => string;
  /** The totals in the provider's own object. */
  usage: (raw: Record<string, unknown>) => { input: unknown; output: unknown };
  /** What the provider's word for the end may mean, by what is known of the recording. */
  endings: (raw: string | undefined, expected: Expected) => readonly FinishReason[];
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

/** Declares the tests of all recordings of a format. */
export function testRecordedAnswers(format: RecordedFormat): void {
  const { title, wire, decode } = format;
  const streams = recordings((expected) => expected.wire === wire).filter(
    ({ expected }) => expected.framing === "sse" || expected.framing === "json-chunks",
  );
  const counts = { recordings: 0, cuts: 0, bytes: 0, parts: 0 };
  const answer = (): Stage<SseEvent | object, Part> => fuse(decode(), checkParts());

  describe.skipIf(!haveRecordings)(`${title} on recorded streams`, () => {
    test.each(streams)("$name", (recording) => {
      const { name, expected } = recording;
      const bytes = wireOf(recording, format);
      const known = run(events(), [bytes]);
      const parts = run(fuse(events(), answer()), [bytes]);
      const exception = format.exceptions[name] ?? {};
      check(exception.parts?.(parts) ?? parts, { ...expected, ...exception.expected }, format);

      // What a decoder gives depends on its events alone: where they are the same, so are the parts.
      let last: Uint8Array[] = [];
      for (const pieces of everyCut(bytes)) {
        const difference = cutDifferently(pieces, known);
        if (difference !== undefined) expect.fail(`Cut into ${pieces.length}: ${difference}`);
        counts.cuts++;
        last = pieces;
      }
      expect(run(fuse(events(), answer()), last)).toEqual(parts);

      // SDKs' chunk objects are read by `JSON.parse`: what is foreseen must be the same.
      const objects = known
        .filter(({ data }) => data.trim() !== "[DONE]")
        .map(({ data }) => JSON.parse(data) as object);
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

function wireOf({ bytes, expected }: Recording, { frame }: RecordedFormat): Uint8Array {
  if (expected.framing === "sse") return bytes;
  const payloads = new TextDecoder().decode(bytes).split("\n").filter(Boolean);
  return new TextEncoder().encode(payloads.map(frame).join(""));
}

/** The first event that is another than it was, or how many there are where that differs. */
function cutDifferently(
  pieces: readonly Uint8Array[],
  known: readonly SseEvent[],
): string | undefined {
  let count = 0;
  let difference: SseEvent | undefined;
  const machine = events().start((event) => {
    const before = known[count++];
    const isSame =
      event.data === before?.data && event.type === before.type && event.id === before.id;
    if (!isSame) difference ??= event;
  });
  for (const piece of pieces) machine.push(piece);
  machine.flush();
  if (difference !== undefined) return `another event, ${JSON.stringify(difference)}`;
  return count === known.length ? undefined : `${count} events instead of ${known.length}`;
}

function check(parts: Part[], expected: Expected, format: RecordedFormat): void {
  for (const choice of expected.choices ?? [{ ...expected, index: 0 }]) {
    expect(factsOf(parts, choice.index)).toEqual({
      text: choice.text,
      reasoning: choice.reasoning,
      refusal: expected.refusal ?? "",
      toolCalls: choice.toolCalls.map(({ id, name, argumentsText }) => ({
        id: id ?? "",
        name,
        argumentsText,
      })),
      finishReason: choice.finishReason,
    });
  }
  const metadata = parts.filter((part) => part.type === "response-metadata");
  expect(metadata.map(({ id }) => id).find(Boolean)).toBe(expected.id ?? undefined);
  expect(metadata.map(({ modelId }) => modelId).find(Boolean)).toBe(expected.model ?? undefined);
  const errors = parts.filter((part) => part.type === "error").map(({ error }) => error.message);
  expect(errors).toEqual(expected.errors.map(({ message }) => message));
  checkServerTools(parts, expected);
  checkCounts(parts, expected);
  for (const part of parts) if (part.type === "finish") checkFinish(part, expected, format);
}

function factsOf(parts: Part[], choice: number): object {
  const own = parts.filter((part) => part.type !== "raw" && (part.choice ?? 0) === choice);
  const refusals = new Set(
    own.flatMap((part) => (part.type === "text-start" && part.kind === "refusal" ? [part.id] : [])),
  );
  const texts = own.filter((part) => part.type === "text-delta");
  return {
    text: join(texts.filter(({ id }) => !refusals.has(id))),
    refusal: join(texts.filter(({ id }) => refusals.has(id))),
    reasoning: join(own.filter((part) => part.type === "reasoning-delta")),
    toolCalls: own
      .filter((part) => part.type === "tool-call")
      .filter(({ providerExecuted }) => providerExecuted !== true)
      .map(({ toolCallId: id, toolName: name, input }) => ({ id, name, argumentsText: input })),
    finishReason: own.find((part) => part.type === "finish")?.finishReason.raw ?? null,
  };
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
    signatures: count((part) => part.type === "reasoning-end" && part.signature !== undefined),
    pings: count((part) => part.type === "status" && part.status === "ping"),
    cited: count((part) => part.type === "source" && part.anchor !== undefined),
  };
  for (const [key, number] of Object.entries(facts)) {
    if (number !== undefined) expect(told).toMatchObject({ [key]: number });
  }
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

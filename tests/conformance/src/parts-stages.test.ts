import { words } from "@millrace/buffers";
import { fuse, pipe, run } from "@millrace/core";
import { redact, stopAt, tags } from "@millrace/parsers";
import {
  checkParts,
  collect,
  joinHops,
  onText,
  thinkTags,
  type Hop,
  type Part,
} from "@millrace/parts";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeSse } from "@millrace/sse";
import { afterAll, describe, expect, test } from "vitest";
import { haveRecordings, recordings } from "./recordings.ts";

// Stages on whole part streams, with the stages of other packages inside, over recorded chats.

const chats = recordings(
  ({ wire, framing, choices, errors }) =>
    wire === "openai-chat" && framing === "sse" && choices === undefined && errors.length === 0,
);

function decode(bytes: Uint8Array): Part[] {
  const sse = decodeSse({ incomplete: "dispatch", strays: "dispatch" });
  return run(fuse(sse, decodeOpenaiChat()), [bytes]);
}

describe.skipIf(!haveRecordings)("stages on recorded parts", () => {
  test.each(chats)("$name", async ({ bytes, expected }) => {
    const parts = decode(bytes);
    const whole = await collect(parts);

    const told = await collect(
      pipe(
        parts,
        onText(() => words()),
        checkParts(),
      ),
    );
    expect({ ...told, finish: undefined }).toEqual({ ...whole, finish: undefined });

    const secret = expected.text.split(" ").find((word) => word.length > 3);
    if (secret !== undefined) {
      const redacted = await collect(
        pipe(
          parts,
          onText(() => redact([secret])),
          checkParts(),
        ),
      );
      expect(redacted.text).toBe(expected.text.replaceAll(secret, "[redacted]"));

      const stopped = await collect(
        pipe(
          parts,
          onText(() => stopAt(secret)),
          checkParts(),
        ),
      );
      expect(stopped.text).toBe(expected.text.slice(0, expected.text.indexOf(secret)));
      expect(stopped.finish).toMatchObject({ stopSequence: secret });
      expect(stopped.error).toBeUndefined();
    }

    const thought = await collect(
      pipe(
        parts,
        thinkTags(() => tags("think")),
        checkParts(),
      ),
    );
    const pieces = run(tags("think"), [expected.text]);
    const inside = pieces.filter(({ tag }) => tag !== undefined).map(({ text }) => text);
    const outside = pieces.filter(({ tag }) => tag === undefined).map(({ text }) => text);
    expect(thought).toMatchObject({
      text: outside.join(""),
      reasoning: expected.reasoning + inside.join(""),
      finishReason: whole.finishReason,
    });
  });

  test.each(chats)("$name, cut off and taken up again at every tenth part", async ({ bytes }) => {
    const parts = decode(bytes);
    const whole = await collect(parts);
    if (whole.toolCalls.length > 0 || MONOTONOUS.test(whole.text)) return;
    const stride = Math.ceil(parts.length / 10);
    for (let cut = 1; cut < parts.length - 1; cut += stride) {
      const before = parts.slice(0, cut);
      const { text } = await collect(before);
      const from = atWord(whole.text, Math.max(0, text.length - 20));
      // What has no two letters in it is not taken for a repetition.
      const next = repeating(whole.text, WORD.test(text.slice(from)) ? from : text.length);
      const hops: Hop<Part>[] = [
        ...closed(before).map((item) => ({ hop: 1, item })),
        ...next.map((item) => ({ hop: 2, item })),
      ];
      const joined = run(fuse(joinHops(), checkParts()), hops);
      expect((await collect(joined)).text, `cut behind part ${cut}`).toBe(whole.text);
      cuts++;
    }
  });

  afterAll(() => {
    console.log(`Stages on parts: ${chats.length} recordings, taken up again at ${cuts} cuts`);
  });
});

const WORD = /[\p{L}\p{N}].*[\p{L}\p{N}]/su;
// Of one word over and over, nobody can tell what is repeated from what goes on.
const MONOTONOUS = /^(\w+)( \1)+$/;

let cuts = 0;

/** As a decoder tells of a broken stream: by closing what is open. */
function closed(parts: Part[]): Part[] {
  const open = new Map<string, Part>();
  for (const part of parts) {
    if (part.type === "text-start" || part.type === "reasoning-start") {
      const end = part.type === "text-start" ? "text-end" : "reasoning-end";
      open.set(part.id, { type: end, id: part.id });
    } else if (part.type === "text-end" || part.type === "reasoning-end") open.delete(part.id);
  }
  return [...parts.filter(({ type }) => type !== "usage"), ...open.values(), INTERRUPTED];
}

const USAGE = { inputTokens: {}, outputTokens: {} };
const INTERRUPTED: Part = {
  type: "finish",
  finishReason: { unified: "interrupted", raw: undefined },
  usage: USAGE,
};

/** The text from a place on, in small pieces. */
function repeating(text: string, from: number): Part[] {
  const deltas = text.slice(from).match(/[^]{1,7}/g) ?? [];
  return [
    { type: "text-start", id: "text-0" },
    ...deltas.map((delta): Part => ({ type: "text-delta", id: "text-0", delta })),
    { type: "text-end", id: "text-0" },
    { type: "finish", finishReason: { unified: "stop", raw: "stop" }, usage: USAGE },
  ];
}

/** The beginning of the word at a place. */
function atWord(text: string, at: number): number {
  const before = /[\p{L}\p{M}\p{N}_]*$/u.exec(text.slice(0, at));
  return at - (before?.[0].length ?? 0);
}

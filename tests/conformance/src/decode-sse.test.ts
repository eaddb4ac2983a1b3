import { run } from "@millrace/core";
import { decodeSse, type SseEvent } from "@millrace/sse";
import { someCuts } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { byteByByte } from "./byte-by-byte.ts";
import { haveRecordings, isLong, recordings } from "./recordings.ts";

// The framing of every recorded event stream, whatever its provider. Those that a decoder reads are cut
// everywhere in the tests of that decoder, and here byte by byte.

/** What no decoder reads. */
const UNREAD = new Set([null, "openai-completions", "replicate", "watsonx"]);

const streams = recordings(({ framing }) => framing === "sse");

describe.skipIf(!haveRecordings)("decodeSse on recorded streams", () => {
  test.each(streams)("$name", ({ bytes, expected }) => {
    const comments: string[] = [];
    const incomplete: SseEvent[] = [];
    const stage = decodeSse({
      onComment: (comment) => comments.push(comment),
      onIncomplete: (event) => incomplete.push(event),
    });
    const events = run(stage, [bytes]);

    const whole = events.map(textOf).join();

    expect(events).toHaveLength(expected.events);
    expect(comments).toHaveLength(expected.comments);
    expect(countBy(events.map((event) => event.type))).toEqual(expected.eventTypes);
    expect(incomplete.map((event) => event.data)).toEqual(
      expected.undispatchedTail === undefined ? [] : [expected.undispatchedTail],
    );
    const cuts = isLong || UNREAD.has(expected.wire) ? someCuts(bytes) : [byteByByte(bytes)];
    for (const pieces of cuts) {
      const again = run(decodeSse(), pieces);
      if (again.map(textOf).join() === whole) continue;
      expect(again).toEqual(events); // so slow that it is asked to say what is wrong
    }
  });
});

/** The same of two events that are the same. */
function textOf({ type, data, lastEventId, id }: SseEvent): string {
  return JSON.stringify([type, data, lastEventId, id]);
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

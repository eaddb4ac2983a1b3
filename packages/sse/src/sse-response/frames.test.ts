import { fuse, map } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, test } from "vitest";
import { entryMessages } from "./entry-messages.ts";
import { frames, type FramesOptions } from "./frames.ts";
import { itemMessages, type Message } from "./item-messages.ts";
import { OPEN } from "./sse-response.fixture.ts";

describe("the wire is a stage, and keeps the laws", () => {
  const item = fc.oneof(
    fc.string(),
    fc.record({ data: fc.string(), id: fc.constantFrom("1", "done", "a\nb") }),
  );

  test("of items", () =>
    laws("items", () => fuse(itemMessages(false, 1), frames(wire(false))), {
      input: fc.array(item, { maxLength: 5 }),
      runs: 30,
    }));

  test("of entries", () => {
    const entry = fc.record({ seq: fc.nat(9), value: item }, { requiredKeys: ["value"] });
    const encode = () => map((value: Message) => value);
    return laws("entries", () => fuse(entryMessages(encode, 4), frames(wire(true))), {
      input: fc.array(entry, { maxLength: 5 }),
      runs: 30,
    });
  });

  function wire(resumable: boolean): FramesOptions {
    return { opening: OPEN, done: "id: done\n\n", resumable, idFirst: false, onError: undefined };
  }
});

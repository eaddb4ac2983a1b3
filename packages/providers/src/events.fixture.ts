import { fuse, run, type Stage } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { checkShapes } from "../../parts/src/part-shape.fixture.ts";
import { brief } from "./brief.fixture.ts";

/** An event with this data, which is JSON unless it is a text already. */
export function event(data: unknown, type = "message"): SseEvent {
  const json = typeof data === "string" ? data : data === undefined ? "" : JSON.stringify(data);
  return { type, data: json, lastEventId: "" };
}

/** Decodes events, each given as its data; the parts are checked for grammar. */
export function decoding<O>(decoder: (options?: O) => Stage<SseEvent, Part>): {
  decode: (events: readonly unknown[], options?: O) => Part[];
  /** The same as lines. */
  lines: (...events: unknown[]) => string[];
  /** The lines of an answer that breaks off behind these events. */
  broken: (events: readonly unknown[], reason?: unknown) => string[];
} {
  function decode(events: readonly unknown[], options?: O): Part[] {
    const inputs = events.map((data) => event(data));
    const parts = run(fuse(decoder(options), checkParts()), inputs);
    checkShapes(parts);
    return parts;
  }

  return {
    decode,
    lines: (...events) => brief(decode(events)),
    broken(events, reason = new Error("connection lost")) {
      const parts: Part[] = [];
      const machine = fuse(decoder(), checkParts()).start((part) => parts.push(part));
      for (const data of events) machine.push(event(data));
      machine.fail(reason);
      checkShapes(parts);
      return brief(parts);
    },
  };
}

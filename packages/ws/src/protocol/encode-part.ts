import { LimitError } from "@millrace/core";
import { byteLength } from "./bytes.ts";
import { isDeeper } from "./depth.ts";
import type { Entry, ServerFrame } from "./frames.ts";

/** The frame of some items as text. Throws what the client would close the connection for. */
export function encodePart(
  id: string,
  entries: readonly Entry[],
  maxBytes: number,
  maxDepth: number,
): { text: string; bytes: number } {
  const text = JSON.stringify(partFrame(id, entries));
  const bytes = byteLength(text);
  if (bytes > maxBytes) {
    throw beyond(`a part is ${bytes} bytes, beyond maxFrameBytes ${maxBytes}`, bytes);
  }
  if (isDeeper(text, maxDepth)) throw beyond(`a part is deeper than ${maxDepth}`, bytes);
  return { text, bytes };
}

function partFrame(id: string, entries: readonly Entry[]): ServerFrame {
  const [{ seq, value }] = entries as [Entry];
  if (entries.length === 1) return { type: "part", id, seq, data: value };
  return { type: "parts", id, seq: seq!, items: entries.map((entry) => entry.value) };
}

function beyond(reason: string, bytes: number): LimitError {
  return new LimitError(`Cannot send: ${reason}`, { stage: "serveSocket", offset: bytes });
}

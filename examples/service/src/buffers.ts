import { lines, paragraphs, sentences, speech, words } from "@millrace/buffers";
import type { Stage } from "@millrace/core";

/** What the text of an answer can be cut into, by what a request calls it. */
export const BUFFERS: Readonly<Record<BufferType, () => Stage<string, string>>> = {
  word: words,
  sentence: sentences,
  speech: () => sentences({ mode: speech() }),
  line: lines,
  paragraph: paragraphs,
};

export const BUFFER_TYPES = ["word", "sentence", "speech", "line", "paragraph"] as const;

type BufferType = (typeof BUFFER_TYPES)[number];

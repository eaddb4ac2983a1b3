/** What is read, and by whom: keys of `chatText`. */
export interface MemoryRow {
  bytes: number;
  contenders: readonly string[];
}

/** Peers take minutes for a gigabyte, so they get less: who holds all that was said would hold more of it. */
export const MEMORY_ROWS: Readonly<Record<string, MemoryRow>> = {
  "1 GB, OpenAI chat to text": {
    bytes: 1_000_000_000,
    contenders: ["bytes", "loop", "pipe"],
  },
  "50 MB, OpenAI chat to text, with peers": {
    bytes: 50_000_000,
    contenders: [
      "loop",
      "pipe",
      "pipeThrough",
      "eventsource-parser",
      "openai",
      "@ai-sdk/openai",
      "streamText",
      "langchain",
    ],
  },
};

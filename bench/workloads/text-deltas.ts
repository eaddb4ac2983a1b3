import { chatText } from "../contenders/chat-text.ts";
import { cutBytes, bodyOf, type Cut } from "../inputs/chunks.ts";
import { openaiChatEvents, type ChatKind } from "../inputs/openai-chat.ts";
import type { Contender, Row, Target, Workload } from "../src/workload.ts";

const EVENTS = 2_000;

export const workload: Workload = {
  about: "A chat answer of OpenAI: bytes to text deltas, as a web stream",
  rows: [
    row("64 KiB chunks", "plain", [{ atMost: 0.6 }]),
    row("64 KiB chunks", "obfuscated", [{ atMost: 0.8 }]),
    row("64 KiB chunks", "timed", []),
    row("64 KiB chunks", "counting", []),
    row("64 KiB chunks", "renamed", [{ atMost: 1.3 }]),
    row("one event a chunk", "plain", [{ atMost: 1 }]),
    row("one event a chunk", "obfuscated", []),
    row("one event a chunk", "renamed", []),
  ],
};

function row(cut: Cut, kind: ChatKind, targets: Target[]): Row {
  return {
    name: `${cut}, ${kind}`,
    size: EVENTS,
    equal: "joined",
    async prepare(size) {
      const chunks = cutBytes(openaiChatEvents(size, kind), cut);
      const contenders: Contender[] = [];
      for (const [name, open] of Object.entries(chatText)) {
        const opened = await open(() => bodyOf(chunks));
        contenders.push(...opened.map((one) => (name === "pipe" ? { ...one, targets } : one)));
      }
      return contenders;
    },
  };
}

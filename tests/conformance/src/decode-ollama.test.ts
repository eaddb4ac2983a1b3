import { lines } from "@millrace/buffers";
import { decodeText, fuse, map, type Stage } from "@millrace/core";
import { ndjson } from "@millrace/parsers";
import { decodeOllama } from "@millrace/providers/ollama";
import { testRecordedAnswers } from "./recorded-answers.ts";

// Every recorded stream of Ollama's own API: as lines, and as what NDJSON makes of them.

const transports: Record<string, () => Stage<Uint8Array | string, object>> = {
  lines: () => fuse(decodeText(), lines({ terminator: "drop" }), map(boxed)),
  values: () => fuse(decodeText(), ndjson<object>({ onInvalidLine: "emit" })),
};

for (const [name, transport] of Object.entries(transports)) {
  testRecordedAnswers({
    title: `Ollama, ${name}`,
    wire: "ollama",
    decode: () => fuse(map(unboxed), decodeOllama()),
    transports: { ndjson: transport },
    frame: (payload) => `${payload}\n`,
    usage: ({ prompt_eval_count: input, eval_count: output }) => ({ input, output }),
    endings: (raw, { toolCalls }) => {
      if (raw === "stop") return [toolCalls.length > 0 ? "tool-calls" : "stop"];
      return raw === "length" ? ["length"] : [];
    },
    exceptions: {},
  });
}

/** A line as an object, so that it can be told from another. */
function boxed(text: string): object {
  return { text };
}

function unboxed(unit: object): string | object {
  return "text" in unit && typeof unit.text === "string" ? unit.text : unit;
}

import { answer, articleText, deltasOf, drafts, reference } from "../contenders/partial-json.ts";
import { fromPeer } from "../src/peer.ts";
import type { Contender, Row, Workload } from "../src/workload.ts";

const LENGTH = 65_536;
/** With all deltas these peers take ten seconds, so they get a few. */
const FEW = 16;

export const workload: Workload = {
  about: "Partial JSON: beside peers that parse all of the text again with each delta",
  rows: [reparsingRow()],
};

function reparsingRow(): Row {
  return {
    name: `an article of 64 kB, every ${String(FEW)}th delta parsed by peers`,
    size: LENGTH,
    equal: "joined",
    async prepare(length) {
      const chunks = deltasOf(articleText(length));
      const few = (parse: (text: string) => unknown): Contender["run"] => {
        return async (sink) => {
          let value: unknown;
          let text = "";
          for (const [index, chunk] of chunks.entries()) {
            text += chunk;
            if (index % FEW === 0 || index === chunks.length - 1) value = await parse(text);
          }
          answer(value, sink);
        };
      };
      return [
        reference(chunks),
        drafts("millrace, every snapshot read", chunks, {}, [{ atMost: FEW / 1_000, of: "ai" }]),
        ...(await fromPeer("ai", ({ parsePartialJson }: Ai) =>
          few(async (text) => (await parsePartialJson(text)).value),
        )),
        ...(await fromPeer("partial-json", ({ parse }: PartialJson) => few(parse))),
        ...(await fromPeer("jsonrepair", ({ jsonrepair }: Jsonrepair) =>
          few((text) => JSON.parse(jsonrepair(text))),
        )),
        ...(await fromPeer(
          "@langchain/core/output_parsers",
          ({ parsePartialJson }: LangchainCore) => few(parsePartialJson),
        )),
        ...(await fromPeer(
          "assistant-stream/utils",
          ({ parsePartialJsonObject }: AssistantStream) => few(parsePartialJsonObject),
        )),
        ...(await fromPeer("openai/_vendor/partial-json-parser/parser", (module: Vendored) =>
          few(module.partialParse),
        )),
        ...(await fromPeer(
          "@anthropic-ai/sdk/_vendor/partial-json-parser/parser",
          (module: Vendored) => few(module.partialParse),
        )),
      ];
    },
  };
}

interface PartialJson {
  parse: (text: string) => unknown;
}
interface Jsonrepair {
  jsonrepair: (text: string) => string;
}
interface LangchainCore {
  parsePartialJson: (text: string) => unknown;
}
interface AssistantStream {
  parsePartialJsonObject: (text: string) => unknown;
}
interface Ai {
  parsePartialJson: (text: string) => Promise<{ value: unknown }>;
}
interface Vendored {
  partialParse: (text: string) => unknown;
}

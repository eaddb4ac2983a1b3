import { Duplex } from "node:stream";
import { isStageError } from "@millrace/core";
import { partialJson } from "@millrace/parsers";
import { articleText, deltasOf, drive } from "../contenders/partial-json.ts";
import { growthOf } from "./growth.ts";
import { ours, peer, rowsOf, type Claim } from "./claim.ts";
import { streamOf } from "../inputs/chunks.ts";

/** Reads one document, and gives each value of it that there is on the way. */
type Parser = (chunks: readonly string[], take: (value: unknown) => void) => void | Promise<void>;

const HALF = '{"a":[1,2],"b":"mi';
const PROTO = '{"__proto__":{"admin":true},"name":"x"}';
const DEPTH = 100_000;

const parsers = [
  ours<Parser>("`partialJson`", (chunks, take) => {
    drive(partialJson(), chunks, ({ value }) => take(value));
  }),
  peer<Parser>("jsonriver", ({ parse }: Jsonriver) => async (chunks, take) => {
    for await (const value of parse(streamOf(chunks))) take(value);
  }),
  peer<Parser>("@streamparser/json", ({ JSONParser }: Streamparser) => (chunks, take) => {
    const parser = new JSONParser({ emitPartialTokens: true, emitPartialValues: true });
    parser.onValue = ({ value }) => take(value);
    for (const chunk of chunks) parser.write(chunk);
  }),
  peer<Parser>(
    "json-stream-es",
    ({ JsonParser, deserializeJsonValue }: JsonStreamEs) =>
      async (chunks, take) =>
        take(await deserializeJsonValue(streamOf(chunks).pipeThrough(new JsonParser()))),
  ),
  peer<Parser>(
    "stream-json/streamers/stream-values.js",
    ({ default: streamValues }: StreamJson) =>
      async (chunks, take) => {
        const stream = Duplex.from(chunks).pipe(streamValues.withParserAsStream());
        for await (const { value } of stream) take(value);
      },
  ),
  peer<Parser>("partial-json", ({ parse }: PartialJson) => ofPrefix(parse)),
  peer<Parser>("best-effort-json-parser", ({ parse, disableErrorLogging }: BestEffort) => {
    disableErrorLogging();
    return ofPrefix(parse);
  }),
  peer<Parser>("jsonrepair", ({ jsonrepair }: Jsonrepair) =>
    ofPrefix((text) => JSON.parse(jsonrepair(text)) as unknown),
  ),
  peer<Parser>(
    "ai",
    ({ parsePartialJson }: Ai) => ofPrefix(async (text) => (await parsePartialJson(text)).value),
    "`parsePartialJson`",
  ),
  peer<Parser>(
    "openai/_vendor/partial-json-parser/parser",
    ({ partialParse }: Sdk) => ofPrefix(partialParse),
    "`partialParse`",
  ),
  peer<Parser>(
    "@anthropic-ai/sdk/_vendor/partial-json-parser/parser",
    ({ partialParse }: Sdk) => ofPrefix(partialParse),
    "`partialParse`",
  ),
  peer<Parser>(
    "@langchain/core/output_parsers",
    ({ parsePartialJson }: Langchain) => ofPrefix(parsePartialJson),
    "`parsePartialJson`",
  ),
  peer<Parser>(
    "@tanstack/ai",
    ({ parsePartialJSON }: Tanstack) => ofPrefix(parsePartialJSON),
    "`parsePartialJSON`",
  ),
  peer<Parser>(
    "assistant-stream/utils",
    ({ parsePartialJsonObject }: AssistantStream) => ofPrefix(parsePartialJsonObject),
    "`parsePartialJsonObject`",
  ),
];

export const jsonParsers: Claim = {
  name: "json-values",
  head: [
    "library",
    'what it gives of `{"a":[1,2],"b":"mi`',
    "what it gave before",
    "`__proto__` as a key",
    "100,000 arrays in each other",
  ],
  rows: rowsOf(parsers, async (parse) => [
    await tryHalf(parse),
    await tryEarlier(parse),
    await tryProto(parse),
    await tryDepth(parse),
  ]),
};

export const jsonGrowth: Claim = {
  name: "json-growth",
  head: ["library", "time for _n_ characters in deltas"],
  byHand: true,
  rows: rowsOf(parsers, async (parse) => [
    await growthOf((size) => parse(deltasOf(articleText(size)), () => undefined)),
  ]),
};

/** What knows whole texts only is asked again for each delta. There may be some that it cannot read. */
function ofPrefix(parse: (text: string) => unknown): Parser {
  return async (chunks, take) => {
    let text = "";
    for (const chunk of chunks) {
      text += chunk;
      try {
        take(await parse(text));
      } catch (error) {
        if (error instanceof RangeError) throw error; // the stack, not the text
      }
    }
  };
}

interface Reading {
  values: unknown[];
  error?: unknown;
}

async function read(parse: Parser, chunks: readonly string[]): Promise<Reading> {
  const values: unknown[] = [];
  try {
    await parse(chunks, (value) => {
      if (value !== undefined) values.push(value);
    });
    return { values };
  } catch (error) {
    return { values, error };
  }
}

async function tryHalf(parse: Parser): Promise<string> {
  const { values } = await read(parse, [HALF]);
  return values.length === 0 ? "nothing" : `\`${JSON.stringify(values.at(-1))}\``;
}

/** Whether a value changes after it was given. */
async function tryEarlier(parse: Parser): Promise<string> {
  const given: [value: unknown, then: string][] = [];
  await parse([HALF, 'll","c":true}'], (value) => {
    if (value !== undefined) given.push([value, JSON.stringify(value)]);
  });
  if (given.length < 2) return "–";
  return given.every(([value, then]) => JSON.stringify(value) === then) ? "stays" : "changes";
}

/** Looks at the value of each prefix: what is complete may go another way through a parser. */
async function tryProto(parse: Parser): Promise<string> {
  const { values } = await read(parse, Array.from(PROTO));
  const objects = values.filter((value) => typeof value === "object" && value !== null);
  if (objects.some((value) => "admin" in value && !Object.hasOwn(value, "admin"))) {
    return "becomes the prototype";
  }
  if (objects.some((value) => Object.hasOwn(value, "__proto__"))) return "an own property";
  return "is refused";
}

async function tryDepth(parse: Parser): Promise<string> {
  const half = "[".repeat(DEPTH);
  const errors: unknown[] = [];
  for (const text of [half, half + "]".repeat(DEPTH)]) {
    errors.push((await read(parse, [text])).error);
  }
  if (errors.some((error) => isStageError(error, "limit"))) return "a limit of 512";
  return errors.some((error) => error instanceof RangeError) ? "overflow the stack" : "are read";
}

interface Jsonriver {
  parse: (chunks: AsyncIterable<string>) => AsyncIterable<unknown>;
}
interface Streamparser {
  JSONParser: new (options: object) => {
    onValue: (item: { value: unknown; stack: { value: unknown }[] }) => void;
    write: (chunk: string) => void;
  };
}
interface JsonStreamEs {
  JsonParser: new () => TransformStream<string, unknown>;
  deserializeJsonValue: (chunks: ReadableStream<unknown>) => Promise<unknown>;
}
interface StreamJson {
  default: { withParserAsStream: () => Duplex };
}
interface PartialJson {
  parse: (text: string) => unknown;
}
interface BestEffort extends PartialJson {
  disableErrorLogging: () => void;
}
interface Jsonrepair {
  jsonrepair: (text: string) => string;
}
interface Ai {
  parsePartialJson: (text: string) => Promise<{ value: unknown }>;
}
interface Sdk {
  partialParse: (text: string) => unknown;
}
interface Langchain {
  parsePartialJson: (text: string) => unknown;
}
interface Tanstack {
  parsePartialJSON: (text: string) => unknown;
}
interface AssistantStream {
  parsePartialJsonObject: (text: string) => unknown;
}

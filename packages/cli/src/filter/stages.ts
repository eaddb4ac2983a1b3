import {
  batches,
  delimited,
  graphemes,
  lines,
  paragraphs,
  sentences,
  speech,
  words,
} from "@millrace/buffers";
import { take, type Stage } from "@millrace/core";
import { smooth } from "@millrace/flow";
import {
  codeBlocks,
  jsonItems,
  jsonValues,
  lenientJson,
  markdownBlocks,
  ndjson,
  partialJson,
  redact,
  replaceText,
  stopAt,
  tags,
  type CodeBlock,
} from "@millrace/parsers";
import * as parts from "@millrace/parts";
import { decodeAnthropic, encodeAnthropic } from "@millrace/providers/anthropic";
import { decodeConverse, decodeEventStream, invokeModelEvents } from "@millrace/providers/bedrock";
import { decodeCohere } from "@millrace/providers/cohere";
import { decodeGemini } from "@millrace/providers/gemini";
import { decodeGeminiInteractions } from "@millrace/providers/gemini-interactions";
import { decodeMistral } from "@millrace/providers/mistral";
import { decodeOllama } from "@millrace/providers/ollama";
import { decodeOpenaiChat, encodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeOpenaiResponses, encodeOpenaiResponses } from "@millrace/providers/openai-responses";
import { decodeSse } from "@millrace/sse";
import { decodeAgUi, decodeAiSdkUi, encodeAgUi, encodeAiSdkUi } from "@millrace/ui";
import type { Given } from "./given.ts";
import {
  asItStands,
  choiceOf,
  countOf,
  draftValues,
  inText,
  languageNamed,
  oneOf,
  only,
  put,
} from "./make-stage.ts";
import { pattern, unescape } from "./patterns.ts";
import { row, type StageRow } from "./stage-row.ts";

/**
 * Every stage of the command line: what it takes and gives, its usage, what it says of itself, and how it
 * is made. A new one is one entry here; help, checks and completion of names follow.
 */
export const STAGES: Readonly<Record<string, StageRow>> = {
  // Framings.
  sse: row("bytes text", "events", "", "server-sent events", () =>
    decodeSse({ incomplete: "dispatch", strays: "dispatch" }),
  ),
  ndjson: row(
    "text",
    "values",
    "[--skip]",
    "a JSON value a line; --skip leaves out others",
    (given) => ndjson({ onInvalidLine: given.flag("skip") ? "skip" : "error" }),
  ),
  "event-stream": row("bytes", "frames", "", "AWS' binary frames", () => decodeEventStream()),
  "invoke-model": row("frames", "events", "", "what Bedrock's InvokeModel wraps", () =>
    invokeModelEvents(),
  ),

  // Formats of answers.
  "openai-chat": row("events values", "parts", "", "OpenAI's chat and all who speak it", () =>
    decodeOpenaiChat(),
  ),
  "openai-responses": row("events values", "parts", "", "OpenAI's responses", () =>
    decodeOpenaiResponses(),
  ),
  anthropic: row("events values", "parts", "", "Anthropic's messages", () => decodeAnthropic()),
  gemini: row("events values", "parts", "", "Gemini's generateContent", () => decodeGemini()),
  "gemini-interactions": row("events values", "parts", "", "Gemini's interactions", () =>
    decodeGeminiInteractions(),
  ),
  cohere: row("events values", "parts", "", "Cohere's chat, version 2", () => decodeCohere()),
  mistral: row("events values", "parts", "", "Mistral's chat", () => decodeMistral()),
  "ai-sdk-ui": row("events values", "parts", "", "the AI SDK's UI messages", () => decodeAiSdkUi()),
  "ag-ui": row("events values", "parts", "", "events of AG-UI", () => decodeAgUi()),
  converse: row("frames events values", "parts", "", "Bedrock's Converse", () => decodeConverse()),
  ollama: row("lines values", "parts", "", "Ollama's chat", () => decodeOllama()),

  // What is in an answer.
  text: row("parts", "text", "[--choice <n>] [--refusal]", "what is said", (given) =>
    parts.text({ ...choiceOf(given), ...(given.flag("refusal") && { kind: "refusal" }) }),
  ),
  reasoning: row("parts", "text", "[--choice <n>]", "what is thought", (given) =>
    parts.reasoning(choiceOf(given)),
  ),
  "tool-input": row("parts", "text", "<tool> [--choice <n>]", "the input of a call", (given) =>
    parts.toolInput(given.argument(0), choiceOf(given)),
  ),
  "tool-calls": row("parts", "values", "[--tool <name>] [--choice <n>]", "whole calls", (given) =>
    parts.toolCalls({ ...choiceOf(given), ...put("name", given.text("tool")) }),
  ),
  sources: row("parts", "values", "[--choice <n>]", "what the answer rests on", (given) =>
    parts.sources(choiceOf(given)),
  ),
  usage: row("parts", "values", "", "tokens used so far", () => parts.usage()),
  "think-tags": row("parts", "parts", "[--tag <name>]", "text in <think> as reasoning", (given) =>
    parts.thinkTags(() => tags(given.text("tag") ?? "think")),
  ),
  check: row("parts", "parts", "", "fails where parts break the rules", () => parts.checkParts()),

  // Text in units.
  lines: row("text", "lines", "", "lines", () => lines(), asItStands),
  words: row("text", "units", "[--locale <tag>]", "words, by spaces or a locale", (given) =>
    words(put("locale", given.text("locale"))),
  ),
  sentences: row(
    "text",
    "units",
    "[--language <tag>] [--speech]",
    "sentences; --speech: units for a voice",
    (given) =>
      sentences({
        ...put("language", languageNamed(given.text("language"))),
        ...(given.flag("speech") && { mode: speech() }),
      }),
  ),
  paragraphs: row("text", "units", "", "paragraphs", () => paragraphs(), asItStands),
  graphemes: row("text", "units", "", "characters as people see them", () => graphemes()),
  delimited: row("text", "units", "<delimiter>", "what a delimiter ends", (given) =>
    delimited(unescape(given.argument(0)), { terminator: "drop" }),
  ),
  batches: row("text", "units", "<characters>", "pieces of so many characters", (given) =>
    batches({ characters: countOf(given, "characters") }),
  ),

  // Structure in text.
  json: row(
    "text",
    "values",
    "[--growing] [--changes] [--lenient] [--prose]",
    "JSON values; --growing: one as it grows",
    makeJson,
  ),
  items: row("text", "values", "<path>", "what is at a path, such as $.items[*]", (given) =>
    jsonItems(given.argument(0)),
  ),
  code: row(
    "text",
    "values",
    "[--lang <name>]",
    "the code in Markdown",
    (given) => only(codeBlocks(), ({ lang }) => lang === (given.text("lang") ?? lang)),
    ({ code }: CodeBlock) => code,
  ),
  markdown: row("text", "values", "", "blocks of Markdown as they grow", () => markdownBlocks()),
  tags: row("text", "values", "<tag> [--and <tag>]...", "sections between tags", (given) =>
    tags([given.argument(0), ...given.texts("and")]),
  ),
  replace: row(
    "text parts",
    "same",
    "<text> <replacement> [--ignore-case]",
    "text instead of text",
    (given) =>
      inText(given, () =>
        replaceText(unescape(given.argument(0)), unescape(given.argument(1)), {
          ignoreCase: given.flag("ignore-case"),
        }),
      ),
  ),
  redact: row(
    "text parts",
    "same",
    "<what> [--and <what>]... [--with <text>] [--max-match <n>]",
    "without secrets: text, or /regex/",
    (given) =>
      inText(given, () =>
        redact([given.argument(0), ...given.texts("and")].map(pattern), {
          ...put("replacement", given.text("with")),
          ...put("maxMatch", given.number("max-match", 1)),
        }),
      ),
  ),
  "stop-at": row(
    "text parts",
    "same",
    "<text> [--or <text>]... [--include]",
    "up to a stop sequence",
    (given) =>
      inText(given, () =>
        stopAt([given.argument(0), ...given.texts("or")].map(unescape), {
          include: given.flag("include"),
        }),
      ),
  ),

  // Any items.
  take: row(
    "events frames values parts messages units lines",
    "same",
    "<count>",
    "the first ones, then the end",
    (given) => take(countOf(given, "count")),
  ),
  smooth: row("text parts", "same", "[--latency <ms>]", "bursts at a pace to follow", (given) =>
    smooth({ by: words(), ...put("latency", given.number("latency")) }),
  ),

  // For clients.
  "encode-openai-chat": row("parts", "messages", "[--usage]", "OpenAI's chat", (given) =>
    encodeOpenaiChat({ includeUsage: given.flag("usage") }),
  ),
  "encode-openai-responses": row("parts", "messages", "", "OpenAI's responses", () =>
    encodeOpenaiResponses(),
  ),
  "encode-anthropic": row("parts", "messages", "", "Anthropic's messages", () => encodeAnthropic()),
  "encode-ai-sdk-ui": row("parts", "messages", "[--target <version>]", "UI messages", (given) =>
    encodeAiSdkUi(put("target", oneOf<5 | 6 | 7>(given, "target", [5, 6, 7]))),
  ),
  "encode-ag-ui": row("parts", "messages", "<thread> <run>", "events of AG-UI", (given) =>
    encodeAgUi({ threadId: given.argument(0), runId: given.argument(1) }),
  ),
};

function makeJson(given: Given): Stage<string, unknown> {
  const lenient = given.flag("lenient")
    ? { lenient: lenientJson({ fences: true, prose: true, comments: true, trailingCommas: true }) }
    : {};
  if (given.flag("changes")) return partialJson({ ...lenient, changes: true });
  if (given.flag("growing")) return draftValues(partialJson(lenient), true);
  if (given.flag("lenient")) return draftValues(partialJson(lenient), false);
  return given.flag("prose") ? jsonValues({ prose: true }) : jsonValues();
}

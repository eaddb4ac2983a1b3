import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { findPeer, loadPeer } from "../src/peer.ts";
import type { Claim, Row } from "./claim.ts";

const OURS = {
  "`decodeSse` with `pipe`": {
    "@millrace/core": "pipe",
    "@millrace/sse": "decodeSse",
  },
  "`decodeOpenaiChat` with `decodeSse` and `pipe`": {
    "@millrace/core": "pipe",
    "@millrace/sse": "decodeSse",
    "@millrace/providers/openai-chat": "decodeOpenaiChat",
  },
  "`decodeAnthropic` with `decodeSse` and `pipe`": {
    "@millrace/core": "pipe",
    "@millrace/sse": "decodeSse",
    "@millrace/providers/anthropic": "decodeAnthropic",
  },
  "`ask` with `openaiChat`": {
    "@millrace/providers": "ask",
    "@millrace/providers/openai-chat": "openaiChat",
  },
  "`ask` with `anthropic`": {
    "@millrace/providers": "ask",
    "@millrace/providers/anthropic": "anthropic",
  },
} satisfies Record<string, Record<string, string>>;

export const readerSizes: Claim = {
  name: "reader-sizes",
  head: ["in a bundle", "kB"],
  byHand: true,
  rows: [
    rowOfOurs("`decodeSse` with `pipe`"),
    rowOfPeer("eventsource-parser", "createParser"),
    rowOfPeer("eventsource-parser/stream", "EventSourceParserStream"),
    rowOfPeer("parse-sse", "parseServerSentEvents"),
    rowOfPeer("@microsoft/fetch-event-source", "fetchEventSource"),
    rowOfPeer("fetch-event-stream", "events"),
  ],
};

export const clientSizes: Claim = {
  name: "client-sizes",
  head: ["in a bundle", "kB"],
  byHand: true,
  rows: [
    rowOfOurs("`decodeOpenaiChat` with `decodeSse` and `pipe`"),
    rowOfOurs("`decodeAnthropic` with `decodeSse` and `pipe`"),
    rowOfOurs("`ask` with `openaiChat`"),
    rowOfOurs("`ask` with `anthropic`"),
    rowOfPeer("openai", "OpenAI"),
    rowOfPeer("@anthropic-ai/sdk", "Anthropic"),
    rowOfPeer("@google/genai/web", "GoogleGenAI"),
  ],
};

function rowOfOurs(title: keyof typeof OURS): Row {
  return { title, isOurs: true, see: async () => [await sizeOf(OURS[title])] };
}

function rowOfPeer(specifier: string, name: string): Row {
  const { name: peer, version } = findPeer(specifier);
  return {
    title: `\`${name}\` of ${peer} ${version}`,
    isOurs: false,
    see: async () =>
      (await loadPeer(specifier)) ? [await sizeOf({ [specifier]: name })] : undefined,
  };
}

/** Thousands of bytes that these exports are, bundled for a browser, minified and gzipped. */
async function sizeOf(names: Record<string, string>): Promise<string> {
  const lines = Object.entries(names).map(([from, name]) => `export { ${name} } from "${from}";`);
  const isOurs = Object.keys(names).every((name) => name.startsWith("@millrace/"));
  const { outputFiles } = await build({
    stdin: {
      contents: lines.join("\n"),
      resolveDir: fileURLToPath(new URL(isOurs ? ".." : "../peers", import.meta.url)),
    },
    conditions: ["@millrace/source"],
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    logLevel: "error",
  });
  const gzipped = gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
  return (gzipped / 1_000).toFixed(1);
}

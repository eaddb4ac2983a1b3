import type { Claim } from "./claim.ts";
import { leaving } from "./frameworks.ts";
import { jsonGrowth, jsonParsers } from "./json.ts";
import { resumable } from "./resumable.ts";
import { growingJson } from "./sdk-json.ts";
import { leavingSdks } from "./sdk-leaving.ts";
import { brokenAnswers } from "./sdks.ts";
import { clientSizes, readerSizes } from "./sizes.ts";
import { sseClients } from "./sse-clients.ts";
import { sseGrowth, sseReaders } from "./sse-readers.ts";
import { sseSenders } from "./sse-senders.ts";
import { textMarkdown } from "./text-markdown.ts";
import { textSentences } from "./text-sentences.ts";
import { textUnits } from "./text-units.ts";

const PAGES = {
  frameworks: { file: "frameworks.md", claims: [leaving] },
  json: { file: "json.md", claims: [jsonParsers, jsonGrowth] },
  sdks: {
    file: "official-sdks.md",
    claims: [brokenAnswers, growingJson, clientSizes, leavingSdks],
  },
  sse: {
    file: "server-sent-events.md",
    claims: [sseReaders, sseGrowth, readerSizes, sseSenders, sseClients],
  },
  resumable: { file: "resumable-streams.md", claims: [resumable] },
  text: { file: "text.md", claims: [textUnits, textSentences, textMarkdown] },
} satisfies Record<string, { file: string; claims: readonly Claim[] }>;

export type Page = keyof typeof PAGES;

export interface ClaimOfPage {
  page: Page;
  claim: Claim;
}

/** Where a page stands. */
export function fileOf(page: Page): URL {
  return new URL(`../../docs/comparisons/${PAGES[page].file}`, import.meta.url);
}

/** The claims of these pages, or with these names; all, if none is given. */
export function findClaims(words: readonly string[] = []): ClaimOfPage[] {
  const all = pages().flatMap((page) => PAGES[page].claims.map((claim) => ({ page, claim })));
  const unknown = words.find((word) =>
    all.every(({ page, claim }) => word !== page && word !== claim.name),
  );
  if (unknown !== undefined) {
    throw new Error(`${unknown} is neither a page (${pages().join(", ")}) nor a table`);
  }
  return all.filter(
    ({ page, claim }) => words.length === 0 || words.includes(page) || words.includes(claim.name),
  );
}

export function pages(): Page[] {
  return Object.keys(PAGES) as Page[];
}

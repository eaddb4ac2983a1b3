import { systemClock } from "@millrace/core/clock";
import { countDurations } from "./durations.ts";
import type { Metrics, MetricsOptions, TimePerChunk } from "./metrics.ts";

const DEFAULT_STALL_AFTER = 2_000;

/** What one run of `metrics` has seen. It is told the time, in milliseconds. */
export interface Meter<T> {
  see(this: void, item: T, now: number): void;
  end(this: void, now: number, failure?: { error: unknown }): void;
  read(this: void, now: number): Metrics;
}

/** What is looked at in a part, if it is one. */
interface PartShape {
  type?: unknown;
  delta?: unknown;
  modelId?: unknown;
  error?: unknown;
  finishReason?: { unified?: unknown };
  usage?: {
    inputTokens?: { total?: unknown };
    outputTokens?: { total?: unknown; reasoning?: unknown };
  } | null; // as in the chunks of providers
}

export function startMeter<T>(options: MetricsOptions<T>): Meter<T> {
  const { clock = systemClock, since = clock.now(), stallAfter = DEFAULT_STALL_AFTER } = options;
  const { textOf = textOfShape, isKeepAlive = isStatus } = options;
  const gaps = countDurations();
  const stalls = { count: 0, total: 0 };
  let firstChunk: number | undefined;
  let firstText: number | undefined;
  let firstToken: number | undefined;
  let lastChunk: number | undefined;
  let lastToken = 0;
  let chunks = 0;
  let tokenChunks = 0;
  let characters = 0;
  let bytes = 0;
  let ended: number | undefined;
  let failure: { error: unknown } | undefined;
  let isBroken = false; // one of several answers was, which the others do not mend
  let model: string | undefined;
  let inputTokens: number | undefined;
  let outputTokens: number | undefined;
  let sinceUsage = 0; // chunks of tokens that came after it: some providers tell of the first ones early
  let reasoningTokens = 0;
  let showsReasoning = false;

  function see(item: T, now: number): void {
    if (isKeepAlive(item)) return;
    chunks++;
    firstChunk ??= now;
    if (lastChunk !== undefined) {
      gaps.add(now - lastChunk);
      noteSilence(now);
    }
    lastChunk = now;
    const text = textOf(item);
    if (text !== undefined && text !== "") {
      firstText ??= now;
      seeToken(text, now);
    } else if (item instanceof Uint8Array) bytes += item.length;
    else if (typeof item === "object" && item !== null) seePart(item, now);
  }

  function noteSilence(now: number): void {
    const silence = lastChunk === undefined ? 0 : now - lastChunk;
    if (silence <= stallAfter) return;
    stalls.count++;
    stalls.total += silence;
  }

  function seeToken(text: string, now: number): void {
    firstToken ??= now;
    lastToken = now;
    tokenChunks++;
    sinceUsage++;
    characters += text.length;
  }

  function seePart(part: PartShape, now: number): void {
    const { type, delta, usage } = part;
    if (typeof delta === "string" && delta !== "") {
      seeToken(delta, now);
      if (type === "reasoning-delta") showsReasoning = true;
    }
    if (usage) {
      inputTokens = numberOr(usage.inputTokens?.total, inputTokens);
      outputTokens = numberOr(usage.outputTokens?.total, outputTokens);
      reasoningTokens = numberOr(usage.outputTokens?.reasoning, reasoningTokens);
      if (type !== "finish") sinceUsage = 0;
    }
    if (type === "response-metadata" && typeof part.modelId === "string") model = part.modelId;
    else if (type === "error") failure = { error: part.error };
    else if (type === "finish") {
      const reason = part.finishReason?.unified;
      if (reason === "error" || reason === "interrupted") {
        failure ??= { error: reason };
        isBroken = true;
      } else {
        if (!isBroken) failure = undefined;
        sinceUsage = 0;
      }
    }
  }

  /** What usage says, once it speaks of all that came. */
  function knownTokens(): number | undefined {
    return sinceUsage === 0 ? outputTokens : undefined;
  }

  function tokensPerSecond(): number | undefined {
    if (firstToken === undefined || lastToken <= firstToken) return undefined;
    const hidden = showsReasoning ? 0 : reasoningTokens;
    const known = knownTokens();
    const tokens = known === undefined ? tokenChunks : known - hidden;
    return Math.max(0, tokens - 1) / seconds(lastToken - firstToken);
  }

  function timePerChunk(): TimePerChunk | undefined {
    if (gaps.count === 0) return undefined;
    return {
      p50: seconds(gaps.quantile(0.5)),
      p90: seconds(gaps.quantile(0.9)),
      p99: seconds(gaps.quantile(0.99)),
      max: seconds(gaps.max),
      counts: gaps.entries().map(([length, count]) => [seconds(length), count]),
    };
  }

  return {
    see,
    end(now, thrown) {
      ended = now;
      failure = thrown ?? failure;
      noteSilence(now);
    },
    read(now) {
      return {
        ending: ended === undefined ? "open" : endingOf(failure),
        error: failure?.error,
        duration: seconds((ended ?? now) - since),
        timeToFirstChunk: secondsSince(since, firstChunk),
        timeToFirstText: secondsSince(since, firstText),
        chunks,
        characters,
        bytes,
        timePerChunk: timePerChunk(),
        stalls: { count: stalls.count, total: seconds(stalls.total) },
        inputTokens,
        outputTokens,
        tokensPerSecond: tokensPerSecond(),
        tokensFrom: knownTokens() === undefined ? "chunks" : "usage",
        model,
      };
    },
  };
}

function textOfShape(item: unknown): string | undefined {
  if (typeof item === "string") return item;
  const { type, delta } = Object(item) as PartShape;
  return type === "text-delta" && typeof delta === "string" ? delta : undefined;
}

function isStatus(item: unknown): boolean {
  if (typeof item !== "object" || item === null) return false;
  const { type } = item as PartShape;
  return type === "status" || type === "ping";
}

function endingOf(failure: { error: unknown } | undefined): Metrics["ending"] {
  if (failure === undefined) return "closed";
  const { name, kind } = Object(failure.error) as { name?: unknown; kind?: unknown };
  return name === "AbortError" || kind === "aborted" ? "cancelled" : "failed";
}

function numberOr(value: unknown, other: number): number;
function numberOr(value: unknown, other: number | undefined): number | undefined;
function numberOr(value: unknown, other: number | undefined): number | undefined {
  return typeof value === "number" ? value : other;
}

function secondsSince(since: number, time: number | undefined): number | undefined {
  return time === undefined ? undefined : seconds(time - since);
}

function seconds(milliseconds: number): number {
  return milliseconds / 1_000;
}

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { run, fuse } from "@millrace/core";
import { checkParts, type FinishPart, type Part, type Usage } from "@millrace/parts";
import { describe, expect, test } from "vitest";
import { decodeOpenaiChat } from "./decode-openai-chat.ts";
import type { OpenaiChatChunk } from "./chunk.ts";
import type { SseEvent } from "../shared/sse-event.ts";

const folder =
  process.env["MILLRACE_RECORDINGS"] ??
  fileURLToPath(new URL("../../../../../shared/recordings", import.meta.url));

interface Call {
  id: string | null;
  name: string;
  argumentsText: string;
}
interface Facts {
  text: string;
  reasoning: string;
  toolCalls: Call[];
  finishReason: string | null;
}
interface Expected extends Facts {
  wire: string;
  id: string | null;
  model: string | null;
  usage: Record<string, unknown> | null;
  errors: Record<string, unknown>[];
  choices?: (Facts & { index: number })[];
  refusal?: string;
}

const all = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as Record<string, Expected>;
const names = Object.keys(all).filter((n) => all[n]!.wire === "openai-chat");

function events(raw: string): SseEvent[] {
  const out: SseEvent[] = [];
  for (const block of raw.replace(/\r\n?/g, "\n").split("\n\n")) {
    let type = "message";
    const data: string[] = [];
    for (const line of block.split("\n")) {
      if (line.startsWith("event:")) type = line.slice(6).trim();
      if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
    }
    if (data.length && data.join("") !== "")
      out.push({ type, data: data.join("\n"), lastEventId: "" });
  }
  return out;
}

function factsOf(parts: Part[], choice: number): Facts {
  const mine = parts.filter((p) => p.type !== "raw" && (p.choice ?? 0) === choice);
  const refusals = new Set(
    mine.flatMap((p) => (p.type === "text-start" && p.kind === "refusal" ? [p.id] : [])),
  );
  const finish = mine.find((p) => p.type === "finish");
  return {
    text: mine.map((p) => (p.type === "text-delta" && !refusals.has(p.id) ? p.delta : "")).join(""),
    reasoning: mine.map((p) => (p.type === "reasoning-delta" ? p.delta : "")).join(""),
    toolCalls: mine.flatMap((p) =>
      p.type === "tool-call"
        ? [{ id: p.toolCallId, name: p.toolName, argumentsText: p.input }]
        : [],
    ),
    finishReason: finish?.finishReason.raw ?? null,
  };
}

describe("recordings", () => {
  test.each(names)("%s", (name) => {
    const e = all[name]!;
    const raw = readFileSync(`${folder}/${name}`, "utf8");
    const input = name.endsWith(".sse")
      ? events(raw)
      : raw
          .split("\n")
          .filter(Boolean)
          .map((l) => JSON.parse(l) as OpenaiChatChunk);
    const parts = run(fuse(decodeOpenaiChat(), checkParts()), input);
    for (const c of e.choices ?? [{ ...e, index: 0 }]) {
      expect(factsOf(parts, c.index)).toEqual({
        text: c.text,
        reasoning: c.reasoning,
        finishReason: c.finishReason,
        toolCalls: c.toolCalls.map(({ id, name, argumentsText }) => ({ id, name, argumentsText })),
      });
    }
    const metas = parts.filter((p) => p.type === "response-metadata");
    expect(metas.find((m) => m.id)?.id ?? null).toEqual(e.id || null);
    expect(metas.find((m) => m.modelId)?.modelId ?? null).toEqual(e.model || null);
    const usage = (parts.findLast((p) => p.type === "finish") as FinishPart).usage;
    expect(usage.raw ?? null).toEqual(e.usage);
    expect(parts.filter((p) => p.type === "error").length).toBe(e.errors.length);
    const customs = parts
      .filter((p) => p.type === "custom" || p.type === "source")
      .map((p) => (p.type === "custom" ? p.kind : p.type));
    if (customs.length) console.log(name, [...new Set(customs)].join(" "), customs.length);
  });
});

import type Anthropic from "@anthropic-ai/sdk";
import { describe, expect, test } from "vitest";
import {
  BLANKS,
  bodyOf,
  PICTURES,
  requestOf,
  ROUND,
  SETTINGS,
  THOUGHTS,
} from "../prompts.fixture.ts";
import { anthropic } from "./index.ts";

type Body = Anthropic.MessageCreateParamsStreaming;

const base = { model: "m", max_tokens: 4096, stream: true } as const;
const claude = anthropic({ name: "p", model: "m", apiKey: "secret" });

describe("anthropic", () => {
  test("asks with the key and the version", async () => {
    const { url, headers } = await requestOf(claude, ROUND);
    expect(url).toBe("https://api.anthropic.com/v1/messages");
    expect([headers.get("x-api-key"), headers.get("anthropic-version")]).toEqual([
      "secret",
      "2023-06-01",
    ]);
  });

  test("sends a round of tools, thoughts with their proof, and ids that are accepted", async () => {
    expect(await bodyOf(claude, ROUND)).toEqual({
      ...base,
      system: "Be brief.",
      messages: [
        { role: "user", content: [{ type: "text", text: "How is the mill?" }] },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "hm", signature: "s" },
            { type: "text", text: "I look." },
            { type: "tool_use", id: "c1", name: "look", input: { at: "wheel" } },
            { type: "tool_use", id: "call00001", name: "weigh", input: { n: 2 } },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "c1", content: "It turns." },
            {
              type: "tool_result",
              tool_use_id: "call00001",
              content: '{"broken":true}',
              is_error: true,
            },
          ],
        },
      ],
    } satisfies Body);
  });

  test("sends images, by data and by URL", async () => {
    expect(await bodyOf(claude, PICTURES)).toEqual({
      ...base,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Same?" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
            { type: "image", source: { type: "url", url: "https://a.example/b" } },
          ],
        },
      ],
    } satisfies Body);
  });

  test("sends every setting", async () => {
    expect(await bodyOf(claude, SETTINGS)).toEqual({
      ...base,
      max_tokens: 99,
      messages: [{ role: "user", content: [{ type: "text", text: "Well?" }] }],
      tools: [
        {
          name: "look",
          description: "Looks",
          strict: true,
          input_schema: {
            type: "object",
            properties: { at: { type: "string" } },
            required: ["at"],
          },
        },
        { name: "weigh", input_schema: { type: "object", properties: {} } },
      ],
      tool_choice: { type: "tool", name: "look" },
      temperature: 0.5,
      top_p: 0.9,
      stop_sequences: ["END"],
      own: { x: 1 },
    } satisfies Body & { own: object; temperature: number; top_p: number }); // for older models
  });

  test("sends no thoughts of others, nor any without proof, and no space at the end", async () => {
    expect(await bodyOf(claude, THOUGHTS)).toMatchObject({
      messages: [
        {
          role: "assistant",
          content: [
            { type: "redacted_thinking", data: "x" },
            { type: "text", text: "So" },
          ],
        },
      ],
    });
  });

  test("sends no text that is blank, since all that it stands in would be refused", async () => {
    expect(await bodyOf(claude, BLANKS)).toEqual({
      ...base,
      messages: [
        { role: "user", content: [{ type: "text", text: "Turn." }] },
        { role: "assistant", content: [{ type: "tool_use", id: "a", name: "turn", input: {} }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: '""' }] },
      ],
    });
  });

  test("shows the model input that is no object, and refuses files that have no place", async () => {
    const call = (input: unknown) =>
      bodyOf(claude, {
        messages: [
          {
            role: "assistant",
            content: [{ type: "tool-call", toolCallId: "a", toolName: "f", input }],
          },
        ],
      });
    const sent = (input: object) => ({ messages: [{ content: [{ input }] }] });
    expect(await call("")).toMatchObject(sent({}));
    expect(await call('{"a":')).toMatchObject(sent({ INVALID_JSON: '{"a":' }));
    expect(await call([1])).toMatchObject(sent({ INVALID_JSON: "[1]" }));
    const file = {
      type: "file",
      mediaType: "audio/wav",
      data: { type: "data", data: "" },
    } as const;
    await expect(bodyOf(claude, { messages: [{ role: "user", content: [file] }] })).rejects.toThrow(
      "Cannot ask p: the format has no place for a file of audio/wav",
    );
  });
});

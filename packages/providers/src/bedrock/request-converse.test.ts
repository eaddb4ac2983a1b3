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
import { bedrock } from "./index.ts";

const model = bedrock({ name: "p", region: "eu-west-1", model: "a:0", apiKey: "secret" });

describe("bedrock", () => {
  test("asks in the region, with the key or signed", async () => {
    const { url, headers } = await requestOf(model, ROUND);
    expect([url, headers.get("authorization")]).toEqual([
      "https://bedrock-runtime.eu-west-1.amazonaws.com/model/a%3A0/converse-stream",
      "Bearer secret",
    ]);
    const sign = (request: Request) => {
      const signed = new Headers(request.headers);
      signed.set("authorization", "AWS4-HMAC-SHA256 …".slice(0, 16));
      return Promise.resolve(new Request(request, { headers: signed }));
    };
    const request = await requestOf(bedrock({ model: "m", sign }), ROUND);
    expect(request.headers.get("authorization")).toBe("AWS4-HMAC-SHA256");
    expect(await request.json()).toHaveProperty("messages");
  });

  test("sends a round of tools, thoughts with their proof, and ids that are accepted", async () => {
    expect(await bodyOf(model, ROUND)).toEqual({
      system: [{ text: "Be brief." }],
      messages: [
        { role: "user", content: [{ text: "How is the mill?" }] },
        {
          role: "assistant",
          content: [
            { reasoningContent: { reasoningText: { text: "hm", signature: "s" } } },
            { text: "I look." },
            { toolUse: { toolUseId: "c1", name: "look", input: { at: "wheel" } } },
            { toolUse: { toolUseId: "call00001", name: "weigh", input: { n: 2 } } },
          ],
        },
        {
          role: "user",
          content: [
            { toolResult: { toolUseId: "c1", content: [{ text: "It turns." }] } },
            {
              toolResult: {
                toolUseId: "call00001",
                content: [{ json: { broken: true } }],
                status: "error",
              },
            },
          ],
        },
      ],
    });
  });

  test("joins turns of one side, which have to alternate", async () => {
    const { messages } = (await bodyOf(model, {
      messages: [...ROUND.messages, { role: "user", content: "Go on." }],
    })) as { messages: { role: string; content: unknown[] }[] };
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(messages[2]!.content[2]).toEqual({ text: "Go on." });
  });

  test("sends no thoughts of others, nor any without proof, and no space at the end", async () => {
    expect(await bodyOf(model, THOUGHTS)).toEqual({
      messages: [
        {
          role: "assistant",
          content: [{ reasoningContent: { redactedContent: "x" } }, { text: "So" }],
        },
      ],
    });
  });

  test("gives no two documents of a prompt the same name, which would be refused", async () => {
    const paper = { type: "file", mediaType: "application/pdf" } as const;
    const read = (data: string) => [{ ...paper, data: { type: "data", data } } as const];
    const body = await bodyOf(model, {
      messages: [
        { role: "user", content: read("AAAA") },
        { role: "assistant", content: "Read." },
        { role: "user", content: [...read("BBBB"), ...read("CCCC")] },
      ],
    });
    expect(JSON.stringify(body).match(/document-\d/g)).toEqual([
      "document-1",
      "document-2",
      "document-3",
    ]);
  });

  test("sends no text that is blank, since all that it stands in would be refused", async () => {
    expect(await bodyOf(model, BLANKS)).toEqual({
      messages: [
        { role: "user", content: [{ text: "Turn." }] },
        {
          role: "assistant",
          content: [{ toolUse: { toolUseId: "a", name: "turn", input: {} } }],
        },
        { role: "user", content: [{ toolResult: { toolUseId: "a", content: [{ text: '""' }] } }] },
      ],
    });
  });

  test("sends files by data, and every setting", async () => {
    await expect(bodyOf(model, PICTURES)).rejects.toThrow("no place for files behind a URL");
    const data = { type: "data", data: "AAAA" } as const;
    const content = [
      { type: "file", mediaType: "image/png", data },
      { type: "file", mediaType: "application/pdf", data },
    ] as const;
    expect(await bodyOf(model, { messages: [{ role: "user", content }] })).toEqual({
      messages: [
        {
          role: "user",
          content: [
            { image: { format: "png", source: { bytes: "AAAA" } } },
            { document: { format: "pdf", name: "document-1", source: { bytes: "AAAA" } } },
          ],
        },
      ],
    });
    expect(await bodyOf(model, SETTINGS)).toEqual({
      messages: [{ role: "user", content: [{ text: "Well?" }] }],
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: "look",
              description: "Looks",
              inputSchema: { json: SETTINGS.tools![0]!.inputSchema },
            },
          },
          {
            toolSpec: {
              name: "weigh",
              inputSchema: { json: { type: "object", properties: {} } },
            },
          },
        ],
        toolChoice: { tool: { name: "look" } },
      },
      inferenceConfig: { maxTokens: 99, temperature: 0.5, topP: 0.9, stopSequences: ["END"] },
      own: { x: 1 },
    });
    await expect(bodyOf(model, { ...SETTINGS, toolChoice: "none" })).rejects.toThrow(TypeError);
  });
});

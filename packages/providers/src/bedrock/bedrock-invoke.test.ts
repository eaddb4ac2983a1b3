import { describe, expect, test } from "vitest";
import { anthropic } from "../anthropic/index.ts";
import { bodyOf, requestOf, ROUND, SETTINGS } from "../prompts.fixture.ts";
import { bedrock, bedrockInvoke, claudeFamily, novaFamily } from "./index.ts";

const about = { name: "p", region: "eu-west-1", model: "a:0", apiKey: "secret" };

describe("bedrockInvoke", () => {
  test("asks in the region, with the key or signed", async () => {
    const model = bedrockInvoke({ ...about, family: claudeFamily });
    const { url, headers } = await requestOf(model, ROUND);
    expect([url, headers.get("authorization")]).toEqual([
      "https://bedrock-runtime.eu-west-1.amazonaws.com/model/a%3A0/invoke-with-response-stream",
      "Bearer secret",
    ]);
    const sign = (request: Request) => new Request(request, { headers: { authorization: "AWS4" } });
    const signed = bedrockInvoke({ model: "m", family: claudeFamily, sign });
    expect((await requestOf(signed, ROUND)).headers.get("authorization")).toBe("AWS4");
  });

  test("sends Claude its own messages, without the model and the wish to stream", async () => {
    for (const prompt of [ROUND, SETTINGS]) {
      const own = (await bodyOf(anthropic({ name: "p", model: "m" }), prompt)) as object;
      const sent = await bodyOf(bedrockInvoke({ ...about, family: claudeFamily }), prompt);
      const body: Record<string, unknown> = {
        anthropic_version: "bedrock-2023-05-31",
        ...own,
      };
      delete body["model"];
      delete body["stream"];
      expect(sent).toEqual(body);
    }
  });

  test("lets the body of one's own say another version", async () => {
    const prompt = { messages: [], body: { anthropic_version: "bedrock-2099-01-01" } };
    expect(await bodyOf(bedrockInvoke({ ...about, family: claudeFamily }), prompt)).toHaveProperty(
      "anthropic_version",
      "bedrock-2099-01-01",
    );
  });

  test("sends Nova what Converse would say", async () => {
    for (const prompt of [ROUND, SETTINGS]) {
      const converse = (await bodyOf(bedrock(about), prompt)) as object;
      expect(await bodyOf(bedrockInvoke({ ...about, family: novaFamily }), prompt)).toEqual({
        schemaVersion: "messages-v1",
        ...converse,
      });
    }
  });
});

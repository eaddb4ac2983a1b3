import { existsSync } from "node:fs";
import { collect } from "@millrace/parts";
import { startReplay } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import { ask } from "../ask.ts";
import { namedProviders, openNamed } from "./index.ts";

/** What a provider would send. */
async function requestOf(...named: Parameters<typeof openNamed>): Promise<Request> {
  const prompt = { messages: [{ role: "user" as const, content: "Why?" }] };
  const { signal } = new AbortController();
  return openNamed(...named).request(prompt, { attempt: 1, signal });
}

async function keyOf(...named: Parameters<typeof openNamed>): Promise<string | null> {
  return (await requestOf(...named)).headers.get("authorization");
}

describe("openNamed", () => {
  test("asks with the key and at the address of the environment", async () => {
    const upstream = await startReplay({ speed: 0 });
    const env = { OPENAI_API_KEY: "secret", OPENAI_BASE_URL: `${upstream.url}/v1/` };
    const { error, finishReason } = await collect(await ask(openNamed("openai:any", env), "Why?"));
    await upstream.close();
    expect([error, finishReason]).toEqual([undefined, "stop"]);
    expect(upstream.requests[0]?.headers.authorization).toBe("Bearer secret");
  });

  test.each([
    ["openai:m", { OPENAI_BASE_URL: "http://a/v1" }, "http://a/v1/chat/completions"],
    ["anthropic:m", { ANTHROPIC_BASE_URL: "http://a" }, "http://a/v1/messages"],
    ["groq:m", { GROQ_BASE_URL: "http://a" }, "http://a/openai/v1/chat/completions"],
    ["ollama:qwen3:8b", { OLLAMA_HOST: "mill:11434" }, "http://mill:11434/api/chat"],
    ["ollama:m", { OLLAMA_HOST: "127.0.0.1" }, "http://127.0.0.1:11434/api/chat"],
    ["ollama:m", { OLLAMA_HOST: "[::1]/" }, "http://[::1]:11434/api/chat"],
    ["ollama:m", { OLLAMA_HOST: "https://mill" }, "https://mill/api/chat"],
    ["azure:mine", { AZURE_OPENAI_ENDPOINT: "https://a" }, /^https:\/\/a\/openai\//],
    [
      "azure:m",
      { AZURE_OPENAI_ENDPOINT: "https://a", OPENAI_API_VERSION: "" },
      "https://a/openai/v1/chat/completions",
    ],
    [
      "bedrock:m",
      { AWS_BEARER_TOKEN_BEDROCK: "k", AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-1" },
      "https://bedrock-runtime.eu-west-1.amazonaws.com/",
    ],
  ])("finds where to ask %s", async (named, env, place) => {
    expect((await requestOf(named, env as Record<string, string>)).url).toMatch(place);
  });

  test("takes the first key that is filled in, unless one is given", async () => {
    const env = { CO_API_KEY: " ", COHERE_API_KEY: "b" };
    expect(await keyOf("cohere:m", env)).toBe("Bearer b");
    expect(await keyOf("cohere:m", env, { apiKey: "c" })).toBe("Bearer c");
    expect(await keyOf("vllm:m", {})).toBe(null);
  });

  test.each([
    ["acme:m", {}, '"acme" is none of openai, '],
    ["toString:m", {}, '"toString" is none of'],
    ["openai", {}, "openai needs a model"],
    ["openai:", {}, "openai needs a model"],
    ["gemini:m", {}, "gemini needs a key: set GOOGLE_API_KEY or GEMINI_API_KEY."],
    ["vllm:m", { VLLM_BASE_URL: "ftp://a" }, '"ftp://a" is no URL to ask vllm at.'],
    ["vllm:m", { VLLM_BASE_URL: "http://me:secret@a" }, "The URL to ask vllm at has a name or"],
    ["vllm:m", { VLLM_BASE_URL: "http://me:secret@a:port" }, "The URL to ask vllm at has a name"],
    ["azure:m", { AZURE_OPENAI_API_KEY: "k" }, "set AZURE_OPENAI_ENDPOINT"],
  ])("says what is wrong with %s", (named, env, message) => {
    expect(() => openNamed(named, env as Record<string, string>)).toThrow(message);
  });

  test("names variables, and formats that there are, for every provider", () => {
    for (const { format, keys, keyless = false, base } of Object.values(namedProviders)) {
      expect(existsSync(new URL(`../${format}/index.ts`, import.meta.url))).toBe(true);
      expect(keyless || keys.length > 0).toBe(true);
      expect(base[0]).toMatch(/^[A-Z_]+$/);
    }
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { environment, readConfig } from "./config.ts";

describe("The table of settings", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, settings = ""] = /\n## Settings\n([^]*?)\n## /.exec(readme) ?? [];
  const rows = settings
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => {
      const [, names = "", said = ""] = line.split(/(?<!\\)\|/);
      return { names: [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name!), said };
    });

  test("has every variable that is read, and no other", () => {
    const names = rows.flatMap((row) => row.names);
    expect(names.sort()).toEqual(Object.keys(environment.shape).sort());
  });

  test("has the defaults", () => {
    const defaults = Object.entries(environment.parse({})).filter(
      ([, value]) => value !== undefined && value.toString() !== "",
    );
    for (const [name, value] of defaults) {
      const row = rows.find(({ names }) => names.includes(name));
      expect([name, row?.said]).toEqual([name, expect.stringContaining(`\`${String(value)}\``)]);
    }
  });
});

describe("What is set", () => {
  test("is a list where it has commas", () => {
    const { gate } = readConfig({
      API_KEYS: "first-key-of-the-service, second-key-of-the-service,",
      CORS_ORIGINS: "https://a.example,http://localhost:5173",
    });
    expect(gate).toEqual({
      apiKeys: ["first-key-of-the-service", "second-key-of-the-service"],
      corsOrigins: ["https://a.example", "http://localhost:5173"],
      rateLimit: 0,
      trustedProxies: 0,
    });
  });

  test.each([
    ["API_KEYS", "guessed"],
    ["API_KEYS", ","],
    ["API_KEYS", "two words are no key of this"],
    ["CORS_ORIGINS", "*"],
    ["CORS_ORIGINS", "https://a.example/"],
    ["RATE_LIMIT", "-1"],
    ["MAX_STREAMS", "0"],
    ["LOG_LEVEL", "loud"],
    ["OPENAI_BASE_URL", "http://me:secret@localhost/v1"],
    ["OPENAI_BASE_URL", "localhost"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318"],
  ])("is refused by the name of the variable: %s=%s", (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });
});

import { expect, test } from "vitest";
import { core, findings, manifest, repository } from "../fixture.ts";
import { importTime } from "./import-time.ts";

test("Globals of the language, and of the host inside functions, may be touched", async () => {
  const workspace = core({
    "index.ts": [
      `import fc from "fast-check";`,
      "export const table = new Map([[1, new Uint8Array(2)]]);",
      "export const decode = () => new TextDecoder();",
      "export const anything = fc.string().map((text: string) => text);",
      "export class Wrong extends RangeError {}",
    ].join("\n"),
  });
  expect(await findings(importTime, workspace)).toEqual([]);
});

test.each([
  ["new TextDecoder()", "TextDecoder"],
  ["typeof ReadableStream", "ReadableStream"],
  ["globalThis.fetch", "fetch"],
  ["new Intl.Segmenter()", "Intl.Segmenter"],
  ["setTimeout(() => {}, 1)", "setTimeout"],
  ["console.log(1)", "console"],
  ["new WebSocket('')", "WebSocket"],
  ["class extends Response {}", "Response"],
  ["process.env", "process"],
  ["crypto.randomUUID()", "crypto"],
  ["document.title", "document"],
])("%s at the top of a module is found", async (expression, name) => {
  const workspace = core({
    "index.ts": `export { value } from "./value.ts";`,
    "value.ts": `\n// A comment.\nexport const value = ${expression};`,
  });
  expect(await findings(importTime, workspace)).toEqual([
    `packages/core/src/value.ts:3: touches ${name} while @millrace/core loads: do it at the first call`,
  ]);
});

test("It is found in what an entry imports of another package, too", async () => {
  const workspace = repository({
    "packages/core/package.json": manifest("core"),
    "packages/core/src/index.ts": "export const decoder = new TextDecoder();",
    "packages/sse/package.json": manifest("sse"),
    "packages/sse/src/index.ts": `export { decoder } from "@millrace/core";`,
  });
  expect(await findings(importTime, workspace)).toEqual([
    expect.stringContaining("while @millrace/core loads"),
    expect.stringContaining("while @millrace/sse loads"),
  ]);
});

test("A module that waits while it loads cannot be bundled", async () => {
  const workspace = core({ "index.ts": "export const value = await Promise.resolve(1);" });
  expect(await findings(importTime, workspace)).toEqual([
    expect.stringMatching(/cannot be bundled:[^]*Top-level await/),
  ]);
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fillTemplate } from "./fill-template.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "template-"));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

const provider = (name: string, to = folder()) =>
  fillTemplate({ template: "provider", names: { "acme-mill": name }, folder: to });

test("A name is written as its place asks for", async () => {
  const to = folder();
  expect(await provider("lm-studio", to)).toContain(join(to, "decode-lm-studio.ts"));
  const text = readFileSync(join(to, "decode-lm-studio.ts"), "utf8");
  expect(text).toContain("export function decodeLmStudio(");
  expect(text).toContain('title: "Lm Studio"');
  expect(text).toContain("@millrace/providers/lm-studio");
  expect(text).not.toMatch(/acme/i);
});

test.each(["", "Acme", "lm_studio", "../lm", "-lm", "lm-"])(
  "%j is no name, and nothing is written",
  async (name) => {
    await expect(provider(name)).rejects.toThrow("no name in kebab case");
  },
);

test("Nothing is written over", async () => {
  const to = folder();
  await provider("lm", to);
  await expect(provider("lm", to)).rejects.toThrow("is there already");
});

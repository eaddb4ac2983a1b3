import { expect, test } from "vitest";
import { apiReport } from "../api-report.ts";
import { core, findings, manifest, repository } from "../fixture.ts";
import { openWorkspace } from "../workspace.ts";
import { apiReports } from "./api-reports.ts";

const modules = {
  "packages/core/src/index.ts": [
    `export { twice as again, twice, type TwiceOptions } from "./twice.ts";`,
    `export type { Wrong } from "./wrong.ts";`,
    `export type { Part } from "@millrace/parts";`,
  ].join("\n"),
  "packages/core/src/twice.ts": [
    `import type { Inner } from "./wrong.ts";`,
    "/** Options. */",
    "export interface TwiceOptions extends Held { /** How often. */ count?: number }",
    "interface Held { inner: Inner }",
    "/** Twice. */",
    "export function twice(text: string): string;",
    "export function twice(items: string[], options?: TwiceOptions): string[];",
    "export function twice(input: any): any { return input; }",
    "export function unseen(): void {}",
  ].join("\n"),
  "packages/core/src/wrong.ts": [
    "export class Wrong extends Error { #secret = 1; readonly code: string = ''; }",
    "export type Inner = 'a' | 'b';",
  ].join("\n"),
};

test("A report shows every public declaration, its overloads, and what they are made of", () => {
  const workspace = repository({ "packages/core/package.json": manifest("core"), ...modules });
  const [own] = workspace.packages;
  expect(apiReport(workspace, own!)).toBe(
    `# The public interface of @millrace/core

Written by \`npm run api\`; what changes here changes for users.

## @millrace/core

\`\`\`ts
export { Part } from "@millrace/parts";
export interface TwiceOptions extends Held {
    count?: number;
}
export { Wrong };
export declare class Wrong extends Error {
    #private;
    readonly code: string;
}
export { again };
export declare function twice(text: string): string;
export declare function twice(items: string[], options?: TwiceOptions): string[];
export declare function twice(text: string): string;
export declare function twice(items: string[], options?: TwiceOptions): string[];
\`\`\`

Not exported, but part of the above:

\`\`\`ts
export type Inner = 'a' | 'b';
interface Held {
    inner: Inner;
}
\`\`\`
`
      .replace("export { Part }", "export type { Part }")
      .replace("export { Wrong }", "export type { Wrong }"),
  );
});

test("A report of today is current, one of yesterday is not", async () => {
  const files = { "packages/core/package.json": manifest("core"), ...modules };
  const workspace = repository(files);
  const report = apiReport(workspace, workspace.packages[0]!);
  const current = repository({ ...files, "packages/core/api.md": report });
  expect(await findings(apiReports, openWorkspace(current.root))).toEqual([]);

  const old = repository({ ...files, "packages/core/api.md": report.replace("count?", "times?") });
  expect(await findings(apiReports, old)).toEqual([
    expect.stringContaining("packages/core/api.md:10: is not the public interface of today"),
  ]);
});

test("A missing report is found", async () => {
  expect(await findings(apiReports, core({ "index.ts": "" }))).toEqual([
    expect.stringContaining("packages/core/api.md: is not the public interface of today"),
  ]);
});

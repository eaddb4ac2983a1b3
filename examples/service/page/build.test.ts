import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { buildPage } from "./build.ts";

const KILOBYTE = 1000;

const built = (name: string) => readFileSync(new URL(`../dist/page/${name}`, import.meta.url));

test("The page is small, for all that it can do", async () => {
  await buildPage();
  expect(gzipSync(built("page.js")).length).toBeLessThan(65 * KILOBYTE);
  expect(gzipSync(built("page.css")).length).toBeLessThan(4 * KILOBYTE);
});

test("The page loads nothing from other hosts", async () => {
  await buildPage();
  expect(built("page.css").toString()).not.toMatch(/url\(|@import/);
});

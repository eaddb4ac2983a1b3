import { StoreError } from "@millrace/core/store";
import { expect, test } from "vitest";
import { isResumeError, ResumeError } from "./resume-error.ts";

test("An error of resume is known by its fields, and no other is taken for one", () => {
  const error = new ResumeError("Cannot replay chat-1", { code: "missing", id: "chat-1" });
  expect(isResumeError(error)).toBe(true);
  const ofAnotherCopy = { code: "missing", id: "chat-1", status: 404 };
  expect(isResumeError(ofAnotherCopy, "missing")).toBe(true);
  expect(isResumeError(error, "gone")).toBe(false);
  const ofStore = new StoreError("Cannot read chat-1", { code: "gone", id: "chat-1" });
  for (const other of [undefined, null, "missing", new Error("missing"), {}, ofStore]) {
    expect(isResumeError(other)).toBe(false);
  }
});

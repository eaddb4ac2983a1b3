import { describe, expect, test } from "vitest";
import { AnswerError } from "./answer-error.ts";
import { failureOf } from "./failure.ts";

/** As `ask` rejects, and as a log gives it back: by its fields. */
const REFUSED = Object.assign(new Error("401 wrong key"), {
  name: "ProviderError",
  kind: "auth",
  retryable: false,
  status: 401,
  headers: { authorization: "Bearer secret" },
} as const);

describe("failureOf", () => {
  test("leaves the error of a provider what it is", () => {
    const { data, ...told } = failureOf(REFUSED);
    expect(told).toEqual({ kind: "auth", message: "401 wrong key", retryable: false, status: 401 });
    expect(data).toBe(REFUSED);
  });

  test("tells the error that another one stands for", () => {
    const error = {
      kind: "rate-limit",
      message: "Slow",
      retryable: true,
      retryAfterMs: 5,
    } as const;
    const reason = new AnswerError(error);
    expect(failureOf(reason)).toEqual({ ...error, data: reason });
  });

  test("believes an error of a connection that says whether to try again", () => {
    const lost = Object.assign(new Error("The server does not keep streams"), { retryable: false });
    expect(failureOf(lost)).toMatchObject({ kind: "transport", retryable: false });
  });

  test("tells the status of an answer that was refused", () => {
    const refused = Object.assign(new Error("the server answered 401"), {
      code: "status",
      status: 401,
      retryable: false,
    });
    expect(failureOf(refused)).toMatchObject({ kind: "transport", retryable: false, status: 401 });
    expect(failureOf({ status: "gone" })).not.toHaveProperty("status");
  });

  test("takes nothing else for the error of a provider", () => {
    for (const reason of [{ kind: "auth" }, { error: "no" }, { kind: 1, retryable: true }, null]) {
      expect(failureOf(reason)).toMatchObject({ kind: "transport", retryable: true });
    }
  });
});

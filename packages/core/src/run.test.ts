import { expect, test } from "vitest";
import { run } from "./run.ts";
import { stage } from "./stage.ts";

/** Passes on, throws at an exclamation mark, and makes of every failure a last word. */
const patient = () =>
  stage<string, string>((emit, end) => ({
    push(text) {
      if (text === "!") throw new Error("bang");
      emit(text);
    },
    fail(reason) {
      emit(`but ${(reason as Error).message}`);
      end();
    },
  }));

test("run: a machine that ends in its failure has not failed", () => {
  expect(run(patient(), ["a", "!", "b"])).toEqual(["a", "but bang"]);
});

test("run: the failure of the inputs is handed to the machine, too", () => {
  function* inputs() {
    yield "a";
    throw new Error("dry");
  }
  expect(run(patient(), inputs())).toEqual(["a", "but dry"]);
});

test("run: what is thrown and cannot carry the outputs is thrown as it is", () => {
  const thrower = (reason: unknown) =>
    stage<string, string>(() => ({
      push() {
        throw reason;
      },
    }));
  const frozen = Object.freeze(new Error("cold"));
  for (const reason of ["text", frozen, undefined]) {
    let thrown: unknown = "nothing";
    try {
      run(thrower(reason), ["a"]);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(reason);
  }
});

import { describe, expect, test } from "vitest";
import { fuse } from "./fuse.ts";
import { map } from "./map.ts";
import { run } from "./run.ts";
import { stage } from "./stage.ts";
import { take } from "./take.ts";

describe("a machine started by hand", () => {
  test("needs no stream", () => {
    const words: string[] = [];
    const machine = stage<string, string>((emit) => ({ push: emit })).start((word) => {
      words.push(word);
    });
    machine.push("mill");
    machine.flush();
    expect(words).toEqual(["mill"]);
  });

  test("hears nothing after its end, and nothing of it is heard", () => {
    const heard: unknown[] = [];
    const machine = stage<string, string>((emit, end) => ({
      push(item) {
        emit(item);
        if (item === "x") end("done");
        if (item === "x") throw new Error("late");
      },
      flush: () => {
        emit("flushed");
      },
      fail: () => {
        emit("failed");
      },
    })).start(
      (item) => heard.push(item),
      (reason) => heard.push({ reason }),
    );
    for (const item of ["a", "x", "b"]) machine.push(item);
    machine.flush();
    machine.fail(new Error("late"));
    expect(heard).toEqual(["a", "x", { reason: "done" }]);
  });

  test("that threw hears only fail, and that once", () => {
    const heard: string[] = [];
    const machine = stage<string, string>((emit) => ({
      push(item) {
        if (item === "x") throw new Error("x");
        emit(item);
      },
      flush: () => {
        emit("flushed");
      },
      fail: () => {
        emit("failed");
      },
    })).start((item) => heard.push(item));
    expect(() => {
      machine.push("x");
    }).toThrow("x");
    machine.push("a");
    machine.flush();
    machine.fail(new Error("x"));
    machine.fail(new Error("x"));
    expect(heard).toEqual(["failed"]);
  });
});

describe("a machine that is driven from within its own output", () => {
  test("can be flushed, and is not ended twice", () => {
    const heard: unknown[] = [];
    const machine = fuse(map(String), take<string>(9)).start(
      (item) => {
        heard.push(item);
        machine.flush();
      },
      (reason) => heard.push({ reason }),
    );
    machine.push("a");
    machine.push("b");
    expect(heard).toEqual(["a"]);
  });

  test("can be failed, and does not throw that at itself", () => {
    const machine = map(String).start(() => {
      machine.fail(new Error("enough"));
    });
    machine.push("a");
    machine.push("b");
  });
});

describe("run", () => {
  test("gives every output", () => {
    const echo = stage<string, string>((emit) => ({
      push: emit,
      flush: () => {
        emit("flushed");
      },
    }));
    expect(run(echo, ["a", "b"])).toEqual(["a", "b", "flushed"]);
    expect(run(echo, [])).toEqual(["flushed"]);
  });

  test("stops reading at the end", () => {
    let read = 0;
    function* source() {
      for (;;) yield read++;
    }
    const three = stage<number, number>((emit, end) => ({
      push(item) {
        emit(item);
        if (item === 2) end();
      },
    }));
    expect(run(three, source())).toEqual([0, 1, 2]);
    expect(read).toBe(3);
  });

  test("throws what the machine throws, with the outputs on it", () => {
    const broken = stage<string, string>((emit) => ({
      push(item) {
        if (item === "x") throw new Error("x");
        emit(item);
      },
      fail: () => {
        emit("failed");
      },
    }));
    const thrown = new Error("x");
    expect(() => run(broken, ["a", "x", "b"])).toThrow(
      Object.assign(thrown, { outputs: ["a", "failed"] }),
    );
  });

  test("returns when fail ends cleanly", () => {
    const brave = stage<string, string>((emit, end) => ({
      push() {
        throw new Error("x");
      },
      fail() {
        emit("closed");
        end();
      },
    }));
    expect(run(brave, ["a"])).toEqual(["closed"]);
  });

  test("gives the machine its last word when the inputs throw", () => {
    const holding = stage<string, string>((emit) => {
      let held = "";
      return {
        push: (item) => {
          held += item;
        },
        fail: () => {
          emit(held);
        },
      };
    });
    function* inputs() {
      yield "a";
      yield "b";
      throw new Error("source");
    }
    expect(() => run(holding, inputs())).toThrow(
      Object.assign(new Error("source"), { outputs: ["ab"] }),
    );
  });

  test("throws an error that cannot be extended as it is", () => {
    const frozen = new Error("frozen");
    Object.freeze(frozen);
    const broken = stage<string, string>(() => ({
      push() {
        throw frozen;
      },
    }));
    expect(() => run(broken, ["a"])).toThrow(frozen);
  });

  test("does not touch what is thrown and is no Error", () => {
    const broken = stage<string, string>(() => ({
      push() {
        // oxlint-disable-next-line typescript/only-throw-error -- people do
        throw "a string";
      },
    }));
    expect(() => run(broken, ["a"])).toThrow("a string");
  });
});

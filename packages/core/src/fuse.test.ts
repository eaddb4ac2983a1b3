import { describe, expect, test } from "vitest";
import { fuse } from "./fuse.ts";
import { map } from "./map.ts";
import { run } from "./run.ts";
import { stage, type Stage } from "./stage.ts";
import { take } from "./take.ts";

describe("fuse", () => {
  test("joins stages into one", () => {
    const doubled = fuse(
      map((n: number) => n + 1),
      map((n) => n * 2),
      map(String),
    );
    expect(run(doubled, [1, 2])).toEqual(["4", "6"]);
  });

  test("of one stage is that stage", () => {
    expect(run(fuse(map((n: number) => n + 1)), [1])).toEqual([2]);
  });

  test("takes a stage that was made by hand, or by another copy of this package", () => {
    const own = map((n: number) => n + 1);
    const foreign: Stage<number, number> = {
      start: (emit, end) => own.start(emit, end),
      readable: new ReadableStream(),
      writable: new WritableStream(),
    };
    expect(run(fuse(foreign, map(String)), [1, 2])).toEqual(["2", "3"]);
    expect(run(fuse(map(Number), foreign, take(1)), ["1", "2"])).toEqual([2]);
  });

  test("can be fused again", () => {
    const inner = fuse(named("b"), take<string>(2));
    expect(run(fuse(named("a"), inner, named("c")), ["1", "2", "3"])).toEqual([
      "1abc",
      "2abc",
      "c flushed",
    ]);
  });

  test("starts its stages from the last to the first", () => {
    const started: string[] = [];
    const noted = (name: string) =>
      stage<string, string>((emit) => {
        started.push(name);
        emit(`hello from ${name}`);
        return { push: emit };
      });
    expect(run(fuse(noted("a"), noted("b")), [])).toEqual(["hello from b", "hello from a"]);
    expect(started).toEqual(["b", "a"]);
  });

  test("flushes from the first to the last, each into the next", () => {
    expect(run(fuse(named("a"), named("b")), [])).toEqual(["a flushedb", "b flushed"]);
  });

  test("is a fresh run each time it is started", () => {
    const firstTwo = fuse(named("a"), take<string>(1));
    expect(run(firstTwo, ["1", "2"])).toEqual(["1a"]);
    expect(run(firstTwo, ["3", "4"])).toEqual(["3a"]);
  });
});

test("A flush closes a chain to what its outputs bring back", () => {
  const pushed: string[] = [];
  const held = stage<string, string>((emit) => ({
    push: (item) => pushed.push(item),
    flush: () => {
      emit("rest");
    },
  }));
  const machine = held.start(() => {
    machine.push("again");
  });
  machine.push("first");
  machine.flush();
  expect(pushed).toEqual(["first"]);
});

describe("end inside a fused stage", () => {
  test("discards what it and those above still emit and throw, and flushes below once", () => {
    const above = stage<string, string>((emit) => ({
      push(item) {
        emit(item);
        emit("late");
        throw new Error("late");
      },
      flush: () => {
        emit("never");
      },
    }));
    expect(run(fuse(above, ending("x"), named("c")), ["x", "b"])).toEqual(["xc", "c flushed"]);
  });

  test("flushes below only when the outermost push has returned", () => {
    const order: string[] = [];
    const above = stage<string, string>((emit) => ({
      push(item) {
        emit(item);
        order.push("above goes on");
      },
    }));
    const below = stage<string, string>((emit) => ({
      push: emit,
      flush: () => order.push("below is flushed"),
    }));
    run(fuse(above, take(1), below), ["a", "b"]);
    expect(order).toEqual(["above goes on", "below is flushed"]);
  });

  test("reaches the outside with its reason", () => {
    const reasons: unknown[] = [];
    const machine = fuse(named("a"), ending("xa"), named("c")).start(
      () => undefined,
      (reason) => reasons.push(reason),
    );
    machine.push("x");
    machine.push("x");
    machine.flush();
    expect(reasons).toEqual(["xa"]);
  });

  test("in start closes it before any push", () => {
    expect(run(fuse(named("a"), take<string>(0), named("c")), ["1"])).toEqual(["c flushed"]);
  });

  test("is heeded by those below at once: what it still emits does not reach them", () => {
    const pushed: string[] = [];
    const ending = stage<string, string>((emit, end) => ({
      push(item) {
        end();
        emit(item);
      },
    }));
    const below = stage<string, string>(() => ({ push: (item) => pushed.push(item) }));
    expect(run(fuse(ending, below), ["late"])).toEqual([]);
    expect(pushed).toEqual([]);
  });

  test("closes it to what its outputs bring back, and flushes behind the outermost push", () => {
    const heard: string[] = [];
    const ending = stage<string, string>((emit, end) => ({
      push(item) {
        heard.push(item);
        if (item === "last") end();
        else emit(item);
      },
    }));
    const below = stage<string, string>((emit) => ({
      push(item) {
        emit(item);
        heard.push(`${item} was emitted`);
      },
      flush: () => heard.push("flushed"),
    }));
    const machine = fuse(ending, below).start(() => {
      machine.push("last");
      machine.push("later");
    });
    machine.push("first");
    expect(heard).toEqual(["first", "last", "first was emitted", "flushed"]);
  });

  test("may come from a machine that is pushed to from within its own emit", () => {
    const outputs: string[] = [];
    const machine = fuse(named("a"), take<string>(3), named("c")).start((output) => {
      outputs.push(output);
      if (outputs.length < 10) machine.push(`${outputs.length}`);
    });
    machine.push("0");
    expect(outputs).toEqual(["0ac", "1ac", "2ac", "c flushed"]);
  });

  test("while those above fail makes it a clean close", () => {
    const brave = stage<string, string>((emit, end) => ({
      push: emit,
      fail() {
        emit("closed");
        end();
        throw new Error("late");
      },
    }));
    expect(run(fuse(throwing("x"), brave, named("c")), ["1", "x"])).toEqual([
      "1c",
      "(failed: x)c",
      "closedc",
      "c flushed",
    ]);
  });
});

describe("an error inside a fused stage", () => {
  test("is handed down stage by stage, behind what was emitted", () => {
    const outputs: string[] = [];
    const machine = fuse(named("a"), throwing("xa"), throwing("never")).start((output) => {
      outputs.push(output);
    });
    machine.push("1");
    expect(() => {
      machine.push("x");
    }).toThrow("xa");
    machine.fail(new Error("told twice"));
    machine.push("2");
    machine.flush();
    expect(outputs).toEqual(["1a", "(failed: xa)", "(failed: xa)"]);
  });

  test("in start fails those below that were started", () => {
    const broken = stage<string, string>(() => {
      throw new Error("start");
    });
    const outputs: string[] = [];
    expect(() =>
      fuse(named("a"), broken, throwing("x")).start((output) => outputs.push(output)),
    ).toThrow("start");
    expect(outputs).toEqual(["(failed: start)"]);
  });

  test("in start leaves those above alone", () => {
    const started: string[] = [];
    const noted = (name: string) =>
      stage<string, string>((emit) => {
        started.push(name);
        if (name === "b") throw new Error("b is broken");
        return { push: emit };
      });
    expect(() => run(fuse(noted("a"), noted("b"), noted("c")), ["1"])).toThrow("b is broken");
    expect(started).toEqual(["c", "b"]);
  });

  test("closes the chain to what its last outputs bring back", () => {
    const pushed: string[] = [];
    const broken = stage<string, string>((emit) => ({
      push(item) {
        pushed.push(item);
        throw new Error("broken");
      },
      fail: () => {
        emit("last");
      },
    }));
    const machine = broken.start(() => {
      machine.push("again");
    });
    expect(() => {
      machine.push("first");
    }).toThrow("broken");
    expect(pushed).toEqual(["first"]);
  });

  test("in flush fails that stage and those below", () => {
    const broken = stage<string, string>((emit) => ({
      push: emit,
      flush() {
        throw new Error("flush");
      },
      fail(reason) {
        emit(`(failed: ${(reason as Error).message})`);
      },
    }));
    expect(outcome(fuse(named("a"), broken, throwing("x")), ["1"])).toEqual([
      "1a",
      "a flushed",
      "(failed: flush)",
      "(failed: flush)",
      "flush",
    ]);
  });

  test("in fail replaces the error for those below", () => {
    const worse = stage<string, string>((emit) => ({
      push: emit,
      fail() {
        throw new Error("worse");
      },
    }));
    expect(outcome(fuse(throwing("x"), worse, throwing("never")), ["x"])).toEqual([
      "(failed: x)",
      "(failed: worse)",
      "worse",
    ]);
  });

  test("from upstream is handed down from the first", () => {
    const outputs: string[] = [];
    const machine = fuse(throwing("x"), named("b"), throwing("y")).start((output) => {
      outputs.push(output);
    });
    machine.fail(new Error("upstream"));
    expect(outputs).toEqual(["(failed: upstream)b", "(failed: upstream)"]);
  });

  test("that a stage above catches is still an error", () => {
    const deaf = stage<string, string>((emit) => ({
      push(item) {
        try {
          emit(item);
        } catch {
          // A stage cannot hear what those below it throw.
        }
      },
    }));
    expect(outcome(fuse(deaf, throwing("x")), ["1", "x", "2"])).toEqual(["1", "(failed: x)", "x"]);
  });
});

/** Puts its name behind each item. */
function named(name: string): Stage<string, string> {
  return stage((emit) => ({
    push(item) {
      emit(item + name);
    },
    flush: () => {
      emit(`${name} flushed`);
    },
  }));
}

/** Ends with the given item, which is the reason too. */
function ending(last: string): Stage<string, string> {
  return stage((emit, end) => ({
    push(item) {
      emit(item);
      if (item === last) end(last);
    },
  }));
}

function throwing(at: string): Stage<string, string> {
  return stage((emit) => ({
    push(item) {
      if (item === at) throw new Error(at);
      emit(item);
    },
    fail(reason) {
      emit(`(failed: ${(reason as Error).message})`);
    },
  }));
}

/** All outputs, and behind them what was thrown. */
function outcome(stage: Stage<string, string>, inputs: string[]): unknown[] {
  try {
    return run(stage, inputs);
  } catch (error) {
    return [...(error as { outputs: unknown[] }).outputs, (error as Error).message];
  }
}

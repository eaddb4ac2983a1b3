import { runInNewContext } from "node:vm";
import { LimitError, ParseError, stage, type Stage } from "@millrace/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bounded,
  cancelTravels,
  cutsNeverMatter,
  dataBeforeError,
  everyCut,
  LawError,
  laws,
  linear,
  nothingLost,
  oneMeaning,
  prompt,
  roundTrip,
  type LawsOptions,
} from "./index.ts";
import { isLong } from "./long.ts";

// A right stage, and then one wrong in a single way for each thing that a law forbids. Each wrong
// one goes through `laws`, which has to name the law that was broken.

const joined = (texts: readonly string[]): string => texts.join("");
const text = fc.string({
  unit: fc.constantFrom("a", "b", " ", "\n", "\r", "é", "🌊"),
  maxLength: 12,
});
const spaced = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 12 });
const counts = fc.array(fc.nat(20), { maxLength: 8 });

/** Which law `laws` says is broken; 0 for none. */
async function brokenLaw<I, O, W extends string | Uint8Array | readonly unknown[]>(
  make: () => Stage<I, O>,
  options: LawsOptions<I, O, W>,
): Promise<number> {
  try {
    await laws("a wrong stage", make, options);
    return 0;
  } catch (error) {
    if (!(error instanceof LawError)) throw error;
    expect(error.message).toMatch(`Law ${error.law} (${error.title}) does not hold for`);
    return error.law;
  }
}

/** Lines with their terminators, LF only: as every stage should be. */
function rightLines(maxLength = 1_000_000): Stage<string, string> {
  return stage((emit) => {
    let held: string[] = []; // the line so far
    let heldLength = 0;
    let offset = 0;

    function take(piece: string, finished: boolean): void {
      const room = maxLength - heldLength;
      if (piece.length - (finished ? 1 : 0) > room) {
        held.push(piece.slice(0, room)); // for `fail` to give, as it would have come unit by unit
        throw new LimitError(`Cannot split lines: a line grew beyond maxLength ${maxLength}`, {
          stage: "rightLines",
          offset: offset + room,
        });
      }
      held.push(piece);
      heldLength += piece.length;
      offset += piece.length;
      if (finished) give();
    }

    function give(): void {
      const line = held.join("");
      held = [];
      heldLength = 0;
      if (line !== "") emit(line);
    }

    return {
      push(chunk) {
        let from = 0;
        for (let at = chunk.indexOf("\n"); at >= 0; at = chunk.indexOf("\n", from)) {
          take(chunk.slice(from, at + 1), true);
          from = at + 1;
        }
        take(chunk.slice(from), false);
      },
      flush: give,
      fail: give,
    };
  });
}

const splitLines = (whole: string): string[] =>
  whole.split(/(?<=\n)/).filter((line) => line !== "");

const lineOptions: LawsOptions<string, string, string> = {
  input: text,
  samples: ["", "\n", "one\r\ntwo\n\nthree", "🌊\n🌊".repeat(40)],
  oracle: splitLines,
  continuations: ["x", "\n"],
  lossless: true,
  limit: { stage: rightLines, fill: (length) => "x".repeat(length), end: "\n" },
  hostile: [(length) => "x".repeat(length), (length) => "\n".repeat(length)],
};

describe("a right stage", () => {
  test("passes every law", async () => {
    await laws("rightLines", () => rightLines(), lineOptions);
  });

  test("passes on bytes of another realm, which are cut all the same", async () => {
    const foreign = (codes: Iterable<number>) =>
      runInNewContext(`Uint8Array.of(${[...codes].join()})`) as Uint8Array;
    const input = fc.uint8Array({ maxLength: 4 }).map(foreign);
    expect([...everyCut(foreign([1, 2]))].length).toBeGreaterThan(1);
    const join = (outputs: readonly Uint8Array[]) => outputs.flatMap((bytes) => [...bytes]);
    const options = { input, join, lossless: true, runs: 10 } as const;
    const copies = () =>
      stage<Uint8Array, Uint8Array>((emit) => ({
        push(chunk) {
          if (chunk.length > 0) emit(chunk.slice());
        },
      }));
    expect(await brokenLaw(copies, options)).toBe(0);
    const firsts = () =>
      stage<Uint8Array, Uint8Array>((emit) => ({
        push(chunk) {
          if (chunk.length > 0) emit(chunk.slice(0, 1));
        },
      }));
    expect(await brokenLaw(firsts, options)).toBe(1);
  });

  test("passes when it holds no more than it declares", async () => {
    const options = without(lineOptions, "continuations", "samples");
    await laws("rightLines", () => rightLines(), { ...options, hold: 24 });
    const tighter = { ...options, hold: 3 };
    await expect(laws("rightLines", () => rightLines(), tighter)).rejects.toThrow("and declares 3");
  });

  test("passes as a stage of deltas, whose cut shows in its outputs", async () => {
    const shout = () =>
      stage<string, string>((emit) => ({
        push: (chunk) => {
          if (chunk !== "") emit(chunk.toUpperCase());
        },
      }));
    expect(await brokenLaw(shout, { input: spaced })).toBe(1);
    expect(await brokenLaw(shout, { input: spaced, join: joined, continuations: ["a"] })).toBe(0);
  });

  test("may fail, wherever its oracle throws", async () => {
    const strict = () => failAt("b", 0);
    const oracle = (whole: string): string[] => {
      if (whole.includes("b")) throw new Error();
      return Array.from(whole);
    };
    const options = { input: spaced, oracle, join: joined, continuations: ["a", "b"] };
    expect(await brokenLaw(strict, options)).toBe(0);
    expect(await brokenLaw(strict, { ...options, oracle: (whole) => Array.from(whole) })).toBe(1);
    const lenient = () =>
      stage<string, string>((emit) => ({
        push: (chunk) => {
          emit(chunk);
        },
      }));
    expect(await brokenLaw(lenient, options)).toBe(1);
  });

  test.each([undefined, "b", Object.freeze(new Error("b"))])(
    "may throw what cannot carry its outputs: %o",
    async (thrown) => {
      const careless = () =>
        stage<string, string>((emit) => ({
          push(chunk) {
            for (const character of chunk) {
              // oxlint-disable-next-line only-throw-error -- it is what others may do
              if (character === "b") throw thrown;
              emit(character);
            }
          },
        }));
      expect(await brokenLaw(careless, { input: spaced, samples: ["ab"], join: joined })).toBe(0);
    },
  );
});

/** Declares less. */
function without<I, O, W extends string>(
  options: LawsOptions<I, O, W>,
  ...names: Exclude<keyof LawsOptions<I, O, W>, "input">[]
): LawsOptions<I, O, W> {
  const less = { ...options };
  for (const name of names) Reflect.deleteProperty(less, name);
  return less;
}

/** Passes text up to a letter, and throws there; the offset may be wrong. */
function failAt(letter: string, wrong: number): Stage<string, string> {
  return stage((emit) => {
    let offset = 0;
    return {
      push(chunk) {
        const at = chunk.indexOf(letter);
        const good = at < 0 ? chunk : chunk.slice(0, at);
        for (const character of good) emit(character);
        if (at >= 0) {
          const place = offset + (wrong === 0 ? at : 0);
          throw new ParseError(`Cannot pass ${letter}`, { stage: "failAt", offset: place });
        }
        offset += chunk.length;
      },
    };
  });
}

describe("law 1, cuts never matter, catches a stage that", () => {
  test("drops a CR at the border of a chunk", async () => {
    const unix = () =>
      stage<string, string>((emit) => ({
        push(chunk) {
          const out = chunk.replace(/\r\n/g, "\n").replace(/\r$/, "");
          if (out !== "") emit(out);
        },
      }));
    expect(await brokenLaw(unix, { input: text, join: joined })).toBe(1);
  });

  test("leaves CRLF in two when it is cut", async () => {
    const unix = () =>
      stage<string, string>((emit) => ({
        push(chunk) {
          if (chunk !== "") emit(chunk.replace(/\r\n/g, "\n"));
        },
      }));
    const samples = [`${"x".repeat(9_000)}\r\n${"y".repeat(9_000)}`];
    expect(await brokenLaw(unix, { input: fc.constant<string>(""), samples, join: joined })).toBe(
      1,
    );
  });

  test("emits units that depend on the chunk", async () => {
    const words = () =>
      stage<string, string>((emit) => ({
        push(chunk) {
          for (const word of chunk.split(" ")) if (word !== "") emit(word);
        },
      }));
    expect(await brokenLaw(words, { input: spaced })).toBe(1);
  });

  test("makes two U+FFFD of a surrogate pair in two chunks", async () => {
    const encode = () =>
      stage<string, Uint8Array>((emit) => ({
        push: (chunk) => {
          emit(new TextEncoder().encode(chunk));
        },
      }));
    const options = {
      input: text,
      join: (outputs: readonly Uint8Array[]) => outputs.flatMap((bytes) => [...bytes]),
    };
    expect(await brokenLaw(encode, options)).toBe(1);
  });

  test("decodes each chunk of bytes by itself", async () => {
    const decode = () =>
      stage<Uint8Array, string>((emit) => ({
        push: (chunk) => {
          emit(new TextDecoder().decode(chunk));
        },
      }));
    const input = text.map((whole) => new TextEncoder().encode(whole));
    expect(await brokenLaw(decode, { input, join: joined })).toBe(1);
  });

  test("does not look at an empty chunk as nothing", async () => {
    const ends = () =>
      stage<string, string>((emit, end) => ({
        push(chunk) {
          if (chunk === "") end();
          else emit(chunk);
        },
      }));
    expect(await brokenLaw(ends, { input: spaced, join: joined })).toBe(1);
  });

  test("names another offset for another cut", async () => {
    expect(await brokenLaw(() => failAt("b", 1), { input: spaced, join: joined })).toBe(1);
  });

  test("ends with another reason for another cut", async () => {
    const ends = () =>
      stage<string, string>((emit, end) => ({
        push(chunk) {
          const at = chunk.indexOf("b");
          for (const character of at < 0 ? chunk : chunk.slice(0, at)) emit(character);
          if (at >= 0) end(chunk);
        },
      }));
    expect(await brokenLaw(ends, { input: spaced, join: joined })).toBe(1);
  });

  test("says another last word for another cut when its source fails", async () => {
    const talkative = () =>
      stage<string, string>((emit) => {
        let last = "";
        return {
          push(chunk) {
            for (const character of chunk) emit(character);
            if (chunk !== "") last = chunk;
          },
          fail() {
            emit(`the last chunk was ${last}`);
          },
        };
      });
    const verdict = cutsNeverMatter("talkative", talkative, { input: spaced });
    await expect(verdict).rejects.toThrow("changes the outputs when the source fails");
  });

  test("changes the input that it is given", async () => {
    const inPlace = () =>
      stage<Uint8Array, Uint8Array>((emit) => ({
        push(chunk) {
          for (const [at, byte] of chunk.entries()) if (byte === 97) chunk[at] = 65;
          if (chunk.length > 0) emit(chunk);
        },
      }));
    const input = text.map((whole) => new TextEncoder().encode(whole));
    const join = (outputs: readonly Uint8Array[]) => outputs.flatMap((bytes) => [...bytes]);
    const samples = [new TextEncoder().encode("ab")];
    await expect(laws("inPlace", inPlace, { input, join, samples })).rejects.toThrow(
      "it changes the input that it is given\n  input: Uint8Array.from([97,98])\n  and then: ",
    );
    const marks = () =>
      stage<{ seen: boolean }, unknown>((emit) => ({
        push(item) {
          item.seen = true;
          emit(item);
        },
      }));
    expect(await brokenLaw(marks, { input: fc.array(fc.record({ seen: fc.boolean() })) })).toBe(1);
  });

  test("leaves something to the next run, which is told as such", async () => {
    let held = "";
    const forgetful = () =>
      stage<string, string>((emit) => {
        const give = () => {
          if (held !== "") emit(held);
          held = "";
        };
        return {
          push(chunk) {
            for (const piece of splitLines(chunk)) {
              held += piece;
              if (piece.endsWith("\n")) give();
            }
          },
          flush: give,
          fail: give,
        };
      });
    await expect(laws("forgetful", forgetful, lineOptions)).rejects.toThrow(
      "the same input in one chunk does not give the same twice",
    );
  });

  test("leaves it to chance, which is told as such", async () => {
    let runs = 0;
    const numbered = () => stage<number, number>((emit) => ({ push: () => emit(runs++) }));
    await expect(laws("numbered", numbered, { input: counts })).rejects.toThrow(
      "the same input in one chunk does not give the same twice",
    );
  });

  test("cannot take a long chunk, where its hostile inputs are long", async () => {
    const spread = () =>
      stage<Uint8Array, number>((emit) => ({
        push(chunk) {
          const units: number[] = [];
          units.push(...chunk);
          for (const unit of units) emit(unit);
        },
      }));
    const options = {
      input: fc.uint8Array(),
      hostile: [(length: number) => new Uint8Array(length)],
    };
    await expect(laws("spread", spread, options)).rejects.toThrow(
      "131072 units in one chunk change the end",
    );
    const first = () =>
      stage<string, string>((emit) => ({
        push(chunk) {
          if (chunk !== "") emit(chunk.slice(0, 100_000));
        },
      }));
    const hostile = [(length: number) => "x".repeat(length)];
    await expect(laws("first", first, { input: text, join: joined, hostile })).rejects.toThrow(
      "131072 units in one chunk change the outputs",
    );
  });

  test("does what its oracle does not", async () => {
    const lines = () => rightLines();
    expect(await brokenLaw(lines, { input: text, oracle: (whole) => whole.split("\n") })).toBe(1);
  });
});

describe("law 2, prompt, catches a stage that", () => {
  test("holds an item back", async () => {
    const late = () =>
      stage<number, number>((emit) => {
        let held: number[] = [];
        return {
          push(item) {
            for (const earlier of held) emit(earlier);
            held = [item];
          },
          flush() {
            for (const earlier of held) emit(earlier);
          },
        };
      });
    expect(await brokenLaw(late, { input: counts, continuations: [[1]] })).toBe(2);
  });

  test("holds a chunk back", async () => {
    const late = () =>
      stage<string, string>((emit) => {
        let held = "";
        return {
          push(chunk) {
            if (held !== "") emit(held);
            held = chunk;
          },
          flush: () => {
            emit(held);
          },
          fail: () => {
            emit(held);
          },
        };
      });
    const options = { input: spaced, join: joined };
    expect(await brokenLaw(late, { ...options, continuations: ["a"] })).toBe(2);
    expect(await brokenLaw(late, { ...options, hold: 1 })).toBe(2);
  });

  test("gives a line only when the next one has begun", async () => {
    const late = () =>
      stage<string, string>((emit) => {
        let held = "";
        return {
          push(chunk) {
            const pieces = (held + chunk).split(/(?<=\n)/);
            held = pieces.pop() ?? "";
            for (const line of pieces) emit(line);
          },
          flush() {
            if (held !== "") emit(held);
          },
        };
      });
    expect(await brokenLaw(late, { ...lineOptions, lossless: (lines) => lines.join("") })).toBe(7);
    const options = without(lineOptions, "lossless");
    expect(await brokenLaw(late, options)).toBe(2);
  });

  test("holds back only what comes in a longer chunk behind another", async () => {
    const late = () =>
      stage<string, string>((emit) => {
        let held = "";
        let isFirst = true;
        function give(): void {
          if (held !== "") emit(held);
          held = "";
        }
        return {
          push(chunk) {
            give();
            held = chunk;
            if (isFirst || chunk.length === 1) give();
            isFirst = false;
          },
          flush: give,
          fail: give,
        };
      });
    const options = { input: spaced, join: joined };
    expect(await brokenLaw(late, { ...options, continuations: ["a"] })).toBe(2);
    expect(await brokenLaw(late, { ...options, hold: 1 })).toBe(2);
  });

  test("changes what it has emitted", async () => {
    const growing = () =>
      stage<number, readonly number[]>((emit) => {
        const all: number[] = [];
        return {
          push(item) {
            all.push(item);
            emit(all);
          },
        };
      });
    expect(await brokenLaw(growing, { input: counts })).toBe(2);
  });

  test("guesses, by what the continuations say", async () => {
    const eager = () =>
      stage<string, string>((emit) => ({
        push: (chunk) => {
          if (chunk !== "") emit(chunk);
        },
      }));
    // Were these units graphemes, a mark could still join the last one.
    const join = (outputs: readonly string[]): string[] =>
      outputs.join("").match(/\P{M}\p{M}*/gu) ?? [];
    const options = { input: spaced, join, continuations: ["\u0301"] };
    await expect(prompt("eager", eager, options)).rejects.toThrow(
      "a continuation can still change",
    );
  });

  test("takes back what it has said", async () => {
    const snapshots = () => {
      let sum = 0;
      return stage<number, number>((emit) => ({
        push: (item) => {
          emit((sum += item));
        },
      }));
    };
    const join = (sums: readonly number[]) => sums.slice(-1);
    const verdict = prompt("snapshots", snapshots, { input: counts, join });
    await expect(verdict).rejects.toThrow("does not begin what comes out of the whole");
  });
});

describe("law 3, one meaning, catches a stage that", () => {
  test("keeps its state outside of a run", async () => {
    const counter = () => {
      let index = 0;
      return stage<number, number>((emit) => ({
        push: (item) => {
          emit(item + index++);
        },
      }));
    };
    expect(await brokenLaw(counter, { input: counts, continuations: [[1]] })).toBe(3);
  });

  test("mixes up two runs side by side", async () => {
    const sums = () => {
      let sum = 0;
      return stage<number, number>((emit) => {
        sum = 0;
        return { push: (item) => emit((sum += item)) };
      });
    };
    expect(await brokenLaw(sums, { input: counts, samples: [[1, 2]] })).toBe(3);
  });

  test("emits when its push has returned", async () => {
    const patient = (wait: () => Promise<void>) => () =>
      stage<number, number>((emit) => ({
        push(item) {
          void wait().then(() => emit(item));
        },
      }));
    const options = { input: counts, samples: [[1]] };
    const soon = laws(
      "soon",
      patient(() => Promise.resolve()),
      options,
    );
    await expect(soon).rejects.toThrow("it emits when its push has returned already");
    const later = laws(
      "later",
      patient(() => new Promise((done) => setTimeout(done))),
      options,
    );
    await expect(later).rejects.toThrow("it emits when its push has returned already");
  });

  test("says something else as a stream", async () => {
    const double = () => {
      const right = stage<number, number>((emit) => ({
        push: (item) => {
          emit(item);
        },
      }));
      return over(
        right,
        new TransformStream<number, number>(
          {
            transform: (item, controller) => {
              controller.enqueue(item * 2);
            },
          },
          undefined,
          { highWaterMark: 0 },
        ),
      );
    };
    expect(await brokenLaw(double, { input: counts })).toBe(3);
  });

  test("never closes as a stream", async () => {
    const open = () => {
      const right = stage<number, number>((emit) => ({
        push: (item) => {
          emit(item);
        },
      }));
      const readable = new ReadableStream<number>();
      return over(right, { readable, writable: new WritableStream<number>() });
    };
    const verdict = oneMeaning("open", open, { input: counts, samples: [[1]], runs: 1 });
    await expect(verdict).rejects.toThrow(LawError);
  });
});

/** A stage that is another stream than its machine. */
function over<I, O>(
  right: Stage<I, O>,
  { readable, writable }: { readable: ReadableStream<O>; writable: WritableStream<I> },
): Stage<I, O> {
  return { start: (emit, end) => right.start(emit, end), readable, writable };
}

describe("law 4, data before error, catches a stage that", () => {
  test("is a native TransformStream", async () => {
    const native = () => {
      const right = failAt("b", 0);
      return over(right, nativeStream(right));
    };
    const options = { input: spaced, join: joined, samples: ["aaab"] };
    expect(await brokenLaw(native, options)).toBe(4);
  });

  test("forgets what it holds when its source fails", async () => {
    const native = () => {
      const right = rightLines();
      return over(right, nativeStream(right));
    };
    expect(await brokenLaw(native, lineOptions)).toBe(4);
  });
});

/** A machine in the platform's class, as it is usually done. */
function nativeStream<I, O>(right: Stage<I, O>): TransformStream<I, O> {
  let machine: ReturnType<typeof right.start>;
  return new TransformStream<I, O>(
    {
      start(controller) {
        machine = right.start((output) => {
          controller.enqueue(output);
        });
      },
      transform(item) {
        machine.push(item);
      },
      flush() {
        machine.flush();
      },
    },
    undefined,
    { highWaterMark: 0 },
  );
}

describe("law 5, bounded, catches a stage whose limit", () => {
  function limited(trips: (max: number, held: string, chunk: string) => boolean) {
    return (max: number) =>
      stage<string, string>((emit) => {
        let held = "";
        let offset = 0;
        return {
          push(chunk) {
            const text = held + chunk;
            if (trips(max, held, chunk)) {
              throw new LimitError("Cannot split lines: too long", { stage: "limited", offset });
            }
            offset += chunk.length;
            const lines = text.split(/(?<=\n)/);
            held = lines.at(-1)?.endsWith("\n") === false ? (lines.pop() ?? "") : "";
            for (const line of lines) if (line !== "") emit(line);
          },
          flush() {
            if (held !== "") emit(held);
            held = "";
          },
        };
      });
  }

  function verdict(make: (max: number) => Stage<string, string>): Promise<number> {
    const options = without(lineOptions, "lossless", "hostile");
    return brokenLaw(() => make(1_000_000), {
      ...options,
      limit: { stage: make, fill: (length) => "x".repeat(length), end: "\n" },
    });
  }

  test("is on the buffer instead of the unit", async () => {
    expect(await verdict(limited((max, held, chunk) => (held + chunk).length > max))).toBe(5);
  });

  test("is looked at between chunks", async () => {
    expect(await verdict(limited((max, held) => held.length > max))).toBe(5);
  });

  test("trips too early", async () => {
    expect(
      await verdict(limited((max, held, chunk) => (held + chunk).trimEnd().length >= max)),
    ).toBe(5);
  });

  test("never trips", async () => {
    expect(await verdict(limited(() => false))).toBe(5);
  });

  test("names the start of the chunk as its offset", async () => {
    const longest = (text: string) => Math.max(...text.split("\n").map(({ length }) => length));
    expect(await verdict(limited((max, held, chunk) => longest(held + chunk) > max))).toBe(5);
  });
});

describe("law 5, bounded, passes a stage whose limit", () => {
  test("is on all that comes, for nothing ends its unit", async () => {
    const atMost = (max: number) =>
      stage<string, string>((emit) => {
        let length = 0;
        return {
          push(chunk) {
            const room = max - length;
            if (chunk !== "") emit(chunk.slice(0, room));
            length += chunk.length;
            if (length <= max) return;
            throw new LimitError("Too much", { stage: "atMost", offset: max });
          },
        };
      });
    const verdict = await brokenLaw(() => atMost(1_000), {
      ...{ input: text, join: joined },
      continuations: (prefix: string) => (prefix.endsWith("b") ? ["x", "y"] : ["z"]),
      limit: { stage: atMost, fill: (length: number) => "x".repeat(length) },
    });
    expect(verdict).toBe(0);
  });
});

describe("law 6, linear,", () => {
  /** The platform does these so fast that it takes seconds to see how they grow. */
  const fast: Record<string, () => Stage<string, string>> = {
    "a buffer that is searched from its start": () =>
      stage((emit) => {
        let buffer = "";
        return {
          push(chunk) {
            buffer += chunk;
            for (let at = buffer.indexOf("\n"); at >= 0; at = buffer.indexOf("\n")) {
              emit(buffer.slice(0, at + 1));
              buffer = buffer.slice(at + 1);
            }
          },
        };
      }),
    "a list that is searched for every unit": () =>
      stage((emit) => {
        const seen: string[] = [];
        return {
          push(chunk) {
            for (const unit of chunk) {
              if (!seen.includes("\n")) seen.push(unit);
              else emit(unit);
            }
          },
        };
      }),
    "fragments that are joined at every chunk": () =>
      stage((emit) => {
        const fragments: string[] = [];
        return {
          push(chunk) {
            fragments.push(chunk);
            if (fragments.join("").endsWith("\n")) emit(fragments.join(""));
          },
        };
      }),
  };

  /** And these so fast that not every run sees it. */
  const fastest: Record<string, () => Stage<Uint8Array, Uint8Array>> = {
    "bytes that are searched from their start": () =>
      stage((emit) => {
        const held: number[] = [];
        return {
          push(chunk) {
            held.push(...chunk);
            if (held.some((byte) => byte === 10)) emit(Uint8Array.from(held.splice(0)));
          },
        };
      }),
    "bytes that are copied at every chunk": () =>
      stage((emit) => {
        let held = new Uint8Array();
        return {
          push(chunk) {
            const both = new Uint8Array(held.length + chunk.length);
            both.set(held);
            both.set(chunk, held.length);
            held = both;
          },
          flush: () => {
            emit(held);
          },
        };
      }),
  };

  const text = (length: number) => `${"x".repeat(length)}y`;

  test("catches a regular expression that tries again at every place", async () => {
    const make = () =>
      stage<string, string>((emit) => ({
        push(chunk) {
          emit(chunk.replace(/x+$/, ""));
        },
      }));
    await expect(linear("trim", make, [text])).rejects.toThrow("Law 6 (linear)");
  });

  describe.runIf(isLong())("in the long run", () => {
    test.each(Object.entries(fast))("catches %s", async (_, make) => {
      await expect(linear("quadratic", make, [text])).rejects.toThrow("Law 6 (linear)");
    });

    test.each(Object.entries(fastest))("catches %s", { retry: 2 }, async (_, make) => {
      const verdict = linear("quadratic", make, [(length) => new Uint8Array(length)]);
      await expect(verdict).rejects.toThrow("Law 6 (linear)");
    });
  });

  test("catches items that are looked up one by one", async () => {
    const make = () =>
      stage<number, number>((emit) => {
        const seen: number[] = [];
        return {
          push(item) {
            if (!seen.map(String).includes(String(item))) emit(item);
            seen.push(item);
          },
        };
      });
    const verdict = linear("unique", make, [(length) => Array.from({ length }, (_, at) => at)]);
    await expect(verdict).rejects.toThrow("Law 6 (linear)");
  });

  test("passes what is linear: held fragments, a rope, a set, all text at once", async () => {
    const rope = () =>
      stage<string, string>((emit) => {
        let held = "";
        return {
          push: (chunk) => {
            held += chunk;
          },
          flush: () => {
            emit(held.toUpperCase());
          },
        };
      });
    const unique = () =>
      stage<number, number>((emit) => {
        const seen = new Set<number>();
        return {
          push(item) {
            if (!seen.has(item)) emit(item);
            seen.add(item);
          },
        };
      });
    await linear("rightLines", () => rightLines(), lineOptions.hostile ?? []);
    await linear("rope", rope, [
      (length) => "x".repeat(length),
      (length) => "ab\n".repeat(length / 3),
    ]);
    await linear("unique", unique, [(length) => Array.from({ length }, (_, at) => at)]);
  });
});

describe("law 7, nothing lost, catches a stage that", () => {
  test("swallows a surrogate half", async () => {
    const whole = () =>
      stage<string, string>((emit) => {
        let held = "";
        return {
          push(chunk) {
            const all = held + chunk;
            const last = all.charCodeAt(all.length - 1);
            held = last >= 0xd800 && last <= 0xdbff ? all.slice(-1) : "";
            const out = all.slice(0, all.length - held.length);
            if (out !== "") emit(out);
          },
        };
      });
    const input = fc.string({ unit: fc.constantFrom("a", "🌊", "\ud83d"), maxLength: 6 });
    expect(await brokenLaw(whole, { input, join: joined, lossless: true })).toBe(7);
  });

  test("drops what it holds when the input breaks off", async () => {
    const make = () => {
      const right = rightLines();
      return stage<string, string>((emit, end) => {
        const machine = right.start(emit, end);
        return {
          push: (chunk) => {
            machine.push(chunk);
          },
          flush: () => {
            machine.flush();
          },
        };
      });
    };
    expect(await brokenLaw(make, lineOptions)).toBe(7);
  });

  test("drops blank lines", async () => {
    const options = without(lineOptions, "oracle");
    const make = () => {
      const right = rightLines();
      return stage<string, string>((emit, end) =>
        right.start((line) => {
          if (line !== "\n") emit(line);
        }, end),
      );
    };
    expect(await brokenLaw(make, options)).toBe(7);
  });

  test("loses a field in a round trip", async () => {
    const verdict = roundTrip("rows", {
      values: fc.record({ id: fc.nat(), name: fc.string() }),
      encode: () =>
        stage<{ id: number; name: string }, string>((emit) => ({
          push: ({ id, name }) => {
            emit(`${id};${name}\n`);
          },
        })),
      decode: () =>
        stage<string, { id: number; name: string }>((emit) => {
          const lines = rightLines().start((line) => {
            const [id, name = ""] = line.trimEnd().split(";");
            emit({ id: Number(id), name });
          });
          return {
            push: (chunk) => {
              lines.push(chunk);
            },
            flush: () => lines.flush(),
          };
        }),
    });
    await expect(verdict).rejects.toThrow("what comes back is not what was sent");
  });

  test("cannot encode what it should", async () => {
    const verdict = roundTrip("rows", {
      values: fc.constantFrom("a", "b;"),
      encode: () =>
        stage<string, string>((emit) => ({
          push(name) {
            if (name.includes(";")) throw new TypeError("Cannot encode ;");
            emit(name);
          },
        })),
      decode: () => stage<string, string>((emit) => ({ push: emit })),
      join: joined,
      expected: (values) => [joined(values)],
    });
    await expect(verdict).rejects.toThrow("it cannot be encoded");
  });

  test("stops of its own accord with something else than what came", async () => {
    const verdict = (change: (unit: string) => string) =>
      brokenLaw(
        () =>
          stage<string, string>((emit, end) => ({
            push(chunk) {
              for (const unit of chunk) {
                if (unit === "\n") {
                  end("enough");
                  return;
                }
                emit(change(unit));
              }
            },
          })),
        { input: text, samples: ["ab\nb"], join: joined, lossless: true },
      );
    expect(await verdict((unit) => unit)).toBe(0);
    expect(await verdict((unit) => unit.toUpperCase())).toBe(7);
  });
});

describe("law 8, cancel travels, catches a stage that", () => {
  const right = () =>
    stage<number, number>((emit) => ({
      push: (item) => {
        emit(item);
      },
    }));

  /** The right streams, but for how they are cancelled and pulled. */
  function streams(
    cancel: (reason: unknown, controller: WritableStreamDefaultController) => void,
    ahead = 0,
  ): Stage<number, number> {
    let writer!: WritableStreamDefaultController;
    let reader!: ReadableStreamDefaultController<number>;
    let wake: () => void = () => undefined;
    let cancelled = false;
    const readable = new ReadableStream<number>(
      {
        start: (controller) => {
          reader = controller;
        },
        pull: () => {
          wake();
        },
        cancel: (reason) => {
          cancelled = true;
          cancel(reason, writer);
          wake();
        },
      },
      { highWaterMark: ahead },
    );
    const writable = new WritableStream<number>({
      start: (controller) => {
        writer = controller;
      },
      write(item) {
        if (cancelled) return;
        reader.enqueue(item);
        if ((reader.desiredSize ?? 0) > 0) return;
        return new Promise((resolve) => {
          wake = resolve;
        });
      },
      close: () => {
        if (!cancelled) reader.close();
      },
      abort: (reason) => {
        if (!cancelled) reader.error(reason);
      },
    });
    return over(right(), { readable, writable });
  }

  const verdict = (make: () => Stage<number, number>) => brokenLaw(make, { input: counts });

  test("(and passes these streams, when they are right)", async () => {
    expect(
      await verdict(() =>
        streams((reason, controller) => {
          controller.error(reason);
        }),
      ),
    ).toBe(0);
  });

  test("does not pass cancel on", async () => {
    expect(await verdict(() => streams(() => undefined))).toBe(8);
  });

  test("passes another reason on", async () => {
    expect(
      await verdict(() =>
        streams((_, controller) => {
          controller.error(new Error("Cancelled"));
        }),
      ),
    ).toBe(8);
  });

  test("reads its whole source ahead", async () => {
    const greedy = () =>
      streams((reason, controller) => {
        controller.error(reason);
      }, Infinity);
    // What it has read ahead it also loses when the source fails, which is law 4.
    await expect(cancelTravels("greedy", greedy, { input: counts })).rejects.toThrow(
      "the source is pulled although nobody reads",
    );
  });

  test("leaves a rejection unhandled", async () => {
    const careless = () =>
      streams((reason, controller) => {
        controller.error(reason);
        void Promise.reject(new Error("Nobody listens"));
      });
    await expect(cancelTravels("careless", careless, { input: counts, runs: 4 })).rejects.toThrow(
      /rejections unhandled\n {2}pieces: .*\n {2}reasons: \[new Error\("Nobody listens"\)\]\n {2}seed: /,
    );
  });
});

describe("a LawError", () => {
  test("names the law, the stage, the counterexample and the seed, and shrinks", async () => {
    const lengths = () =>
      stage<string, number>((emit) => ({
        push: (chunk) => {
          emit(chunk.length);
        },
      }));
    const error: unknown = await cutsNeverMatter("lengths", lengths, {
      input: spaced,
      seed: 7,
    }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(LawError);
    expect(error).toMatchObject({ law: 1, title: "cuts never matter" });
    expect((error as LawError).message).toBe(
      [
        "Law 1 (cuts never matter) does not hold for lengths: the cut changes the outputs",
        '  input: ""',
        "  cut: []",
        "  in one chunk: [0], then close",
        "  cut like this: [], then close",
        "  seed: 7",
      ].join("\n"),
    );
  });

  test("is not made of an error in an oracle of another law, or in an arbitrary", async () => {
    const broken = fc.string().map(() => {
      throw new TypeError("This arbitrary is wrong");
    });
    const input = broken as fc.Arbitrary<string>;
    await expect(laws("rightLines", () => rightLines(), { input })).rejects.toThrow(TypeError);
  });

  test("is not made of an error in what a user gives either: that is thrown as it is", async () => {
    const mine = new TypeError("mine");
    const verdict = nothingLost("rightLines", () => rightLines(), {
      input: text,
      lossless: () => {
        throw mine;
      },
    });
    await expect(verdict).rejects.toBe(mine);
  });

  test("is not thrown where make gives the same stage twice: there is nothing to check", async () => {
    const lines = rightLines();
    await expect(laws("rightLines", () => lines, lineOptions)).rejects.toThrow(
      "Cannot check rightLines: make gives the same stage twice, not a fresh one",
    );
  });

  test("shows what was thrown, also if it is no error", async () => {
    const throwsLength = () =>
      stage<string, string>(() => ({
        push(chunk) {
          // oxlint-disable-next-line typescript/only-throw-error -- a stage may
          if (chunk !== "") throw chunk.length;
        },
      }));
    const verdict = cutsNeverMatter("lengths", throwsLength, { input: spaced, samples: ["ab"] });
    await expect(verdict).rejects.toThrow("in one chunk: [], then error 2\n");
  });

  test("is not thrown by a law that there is nothing for to look at", async () => {
    const make = () => rightLines();
    await bounded("rightLines", make, { input: text });
    await nothingLost("rightLines", make, { input: text });
    await linear("rightLines", make, []);
  });

  test("is thrown by each law on its own, too", async () => {
    const options = { ...lineOptions, runs: 5 };
    const make = () => rightLines();
    await cutsNeverMatter("rightLines", make, options);
    await nothingLost("rightLines", make, options);
    await prompt("rightLines", make, options);
    await bounded("rightLines", make, options);
    await dataBeforeError("rightLines", make, options);
    await cancelTravels("rightLines", make, options);
    await oneMeaning("rightLines", make, options);
  });
});

import { stage } from "@millrace/core";
import { isPair } from "@millrace/core/text";
import { countingSource, failingSource, operatorLaws, slowReader } from "@millrace/testing";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { failover, joinText, type FailoverContext, type Hop } from "./index.ts";
import { opening } from "./opening.fixture.ts";
import { startAnswerServer, type AnswerServer } from "./server.fixture.ts";

const lost = (which: unknown = "") => new Error(`connection lost ${String(which)}`);

async function textOf(stream: ReadableStream<string>): Promise<string> {
  const { outputs, ending } = await slowReader(stream);
  expect(ending).toEqual({ type: "close" });
  return outputs.join("");
}

describe("failover", () => {
  test("A source that works is the only one opened", async () => {
    const second = vi.fn(() => ["no"]);
    expect(await textOf(failover([() => ["a", "b"], second]))).toBe("ab");
    expect(second).not.toHaveBeenCalled();
  });

  test("When one dies the next is told what came, and goes on", async () => {
    const contexts: FailoverContext<string>[] = [];
    const second = (context: FailoverContext<string>) => {
      contexts.push(context);
      return ["turns slowly."];
    };
    const first = (context: FailoverContext<string>) => {
      contexts.push(context);
      return failingSource(["The mill ", "turns sl"], lost());
    };
    expect(await textOf(failover([first, second]))).toBe("The mill turns slowly.");
    expect(contexts).toMatchObject([
      { attempt: 1, soFar: undefined, error: undefined },
      { attempt: 2, soFar: "The mill turns sl", error: lost() },
    ]);
    expect(contexts.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });

  test("When all are dead the last error comes, behind the data", async () => {
    const opens = [
      () => failingSource(["a"], lost(1)),
      () => {
        throw lost(2);
      },
      () => failingSource(["b"], lost(3)),
    ];
    expect(await slowReader(failover(opens), { delay: 1 })).toEqual({
      outputs: ["a", "b"],
      ending: { type: "error", error: lost(3) },
    });
  });

  test("A source that dies in its repetition takes it along", async () => {
    const opens = [
      () => failingSource(["The mill turns sl"], lost()),
      () => failingSource(["mill tur"], lost()),
      () => ["owly."],
    ];
    expect(await textOf(failover(opens))).toBe("The mill turns slowly.");
    expect((await slowReader(failover<string>(opens.slice(0, 2)))).outputs).toEqual([
      "The mill turns sl",
    ]);
  });

  test("The join hears of each later source before its first item, and of one that has none", async () => {
    const heard: Hop<number>[] = [];
    const join = () =>
      stage<Hop<number>, number>((emit) => ({
        push(hop) {
          heard.push(hop);
          if (hop.item !== undefined) emit(hop.item);
        },
      }));
    const opens = [() => failingSource([1], lost()), () => failingSource([], lost()), () => [2]];
    expect((await slowReader(failover<number>(opens, { join }))).outputs).toEqual([1, 2]);
    expect(heard).toEqual([{ hop: 1, item: 1 }, { hop: 2 }, { hop: 3 }, { hop: 3, item: 2 }]);
  });

  test("It does so also when the last source has nothing to add", async () => {
    const opens = [
      () => failingSource(["The mill turns slowly."], lost()),
      () => failingSource(["turns"], lost()),
      () => [],
    ];
    expect(await textOf(failover<string>(opens))).toBe("The mill turns slowly.");
  });

  test("Other items pass, and are told as an array", async () => {
    const told: unknown[] = [];
    const opens = [
      () => failingSource([1, 2], lost()),
      ({ soFar }: FailoverContext<number>) => (told.push(soFar), [3]),
    ];
    expect((await slowReader(failover(opens))).outputs).toEqual([1, 2, 3]);
    expect(told).toEqual([[1, 2]]);
  });

  test("An item can tell of a failure: the join gets it, the source is cancelled with it", async () => {
    const errored = countingSource(["a", "error", "finish"]);
    const isFailure = (item: string) => item === "error";
    const join = () =>
      stage<Hop<string>, string>((emit) => ({
        push: ({ hop, item = "" }) => emit(`${String(hop)}:${item}`),
      }));
    const { outputs } = await slowReader(
      failover([() => errored.readable, () => ["b", "error", "finish"]], { isFailure, join }),
    );
    expect(outputs).toEqual(["1:a", "1:error", "2:", "2:b", "2:error", "2:finish"]);
    expect(errored).toMatchObject({ pulled: 2, reason: "error" });
  });

  test("The join hears of the last failure, and may end the stream well", async () => {
    const join = () =>
      stage<Hop<string>, string>((emit, end) => ({
        push: ({ item }) => emit(item!),
        fail(reason) {
          emit(String(reason));
          end();
        },
      }));
    expect(await slowReader(failover([() => failingSource(["a"], "lost")], { join }))).toEqual({
      outputs: ["a", "lost"],
      ending: { type: "close" },
    });
  });

  test("With a mark from onHop the next source begins anew", async () => {
    const told: unknown[] = [];
    const onHop = vi.fn(() => "[again]");
    const opens = [
      () => failingSource(["The mill turns"], lost()),
      ({ soFar }: FailoverContext<string>) => (told.push(soFar), ["The mill turns slowly."]),
    ];
    const { outputs } = await slowReader(failover(opens, { onHop }));
    expect(outputs).toEqual(["The mill turns", "[again]", "The mill turns slowly."]);
    expect(told).toEqual([undefined]);
    expect(onHop).toHaveBeenCalledWith({ attempt: 2, soFar: "The mill turns", error: lost() });
  });

  test("onHop alone changes nothing", async () => {
    const onHop = vi.fn(() => undefined);
    const opens = [() => failingSource(["The mill turns"], lost()), () => ["mill turns slowly."]];
    expect(await textOf(failover(opens, { onHop }))).toBe("The mill turns slowly.");
    expect(onHop).toHaveBeenCalledTimes(1);
  });

  test("When more came than is held, the failure is final", async () => {
    const opens = [() => failingSource(["12345", "6789"], lost()), () => ["no"]];
    expect(await slowReader(failover(opens, { maxHeld: 8 }))).toEqual({
      outputs: ["12345", "6789"],
      ending: { type: "error", error: lost() },
    });
    expect(await textOf(failover(opens, { maxHeld: 9 }))).toBe("123456789no");
    expect((await slowReader(failover(opens, { maxHeld: NaN }))).outputs).toEqual([
      "12345",
      "6789",
    ]);
  });

  test("Cancelling reaches the open source, and nothing is opened any more", async () => {
    const source = countingSource(["b", "c"], { stall: true });
    const third = vi.fn(() => ["no"]);
    const reader = failover([
      () => failingSource(["a"], lost()),
      () => source.readable,
      third,
    ]).getReader();
    await reader.read();
    await reader.read();
    expect(source.pulled).toBe(1);
    await reader.cancel("enough");
    expect(source.reason).toBe("enough");
    expect(third).not.toHaveBeenCalled();
  });

  test("A signal ends it with its reason", async () => {
    const source = countingSource(["a"], { stall: true });
    const controller = new AbortController();
    const second = vi.fn(() => ["no"]);
    const stream = failover([() => source.readable, second], { signal: controller.signal });
    const reader = stream.getReader();
    await reader.read();
    const pending = reader.read();
    controller.abort("stop");
    await expect(pending).rejects.toBe("stop");
    expect(source.reason).toBe("stop");
    expect(second).not.toHaveBeenCalled();
  });

  test("Whoever ends it when the next source is to be opened gets none", async () => {
    for (const where of ["open", "onHop"]) {
      const controller = new AbortController();
      const signals: AbortSignal[] = [];
      const next = countingSource(["b"]);
      const second = ({ signal }: FailoverContext<string>) => {
        signals.push(signal);
        controller.abort("stop");
        return next.readable;
      };
      const onHop = () => {
        if (where === "onHop") controller.abort("stop");
        return undefined;
      };
      const opens = [() => failingSource(["a"], lost()), second];
      const stream = failover(opens, { onHop, signal: controller.signal });
      expect((await slowReader(stream)).ending).toEqual({ type: "error", error: "stop" });
      expect(signals.map(({ aborted }) => aborted)).toEqual(where === "open" ? [true] : []);
      expect(next.pulled).toBe(0);
      expect(next.reason).toBe(where === "open" ? "stop" : undefined);
    }
  });

  test("No source is refused", () => {
    expect(() => failover([])).toThrow(RangeError);
  });
});

/** A text in which no word comes twice, cut into what each source adds before it dies. */
const deaths = fc.tuple(
  fc
    .array(fc.constantFrom(" ", "\n", ". ", " 🌾 "), { minLength: 8, maxLength: 40 })
    .map((gaps) => gaps.map((gap, index) => `w${index}${gap}`).join("")),
  fc.array(
    fc.record({ at: fc.nat(120), repeats: fc.nat(60), piece: fc.integer({ min: 1, max: 30 }) }),
    { minLength: 1, maxLength: 5 },
  ),
);

/** Where a source begins that repeats so much: at the beginning of a word, or where the text ended. */
function beginning(soFar: string, repeats: number): number {
  const at = soFar.lastIndexOf("w", soFar.length - repeats);
  return at < 0 || soFar.length - at < 2 ? soFar.length : at;
}

describe("failover never repeats or loses a character", () => {
  test("wherever sources die, whether they go on or repeat some of it", async () => {
    await fc.assert(
      fc.asyncProperty(deaths, async ([text, hops]) => {
        const opens = hops.map(
          ({ at, repeats, piece }, index) =>
            ({ soFar = "" }: FailoverContext<string>) => {
              const from = beginning(soFar, repeats);
              // One that dies after less than it repeats has added nothing.
              const answer = text.slice(from, index === hops.length - 1 ? undefined : from + at);
              const pieces = answer.match(new RegExp(`[^]{1,${String(piece)}}`, "g")) ?? [];
              return index === hops.length - 1 ? pieces : failingSource(pieces, lost(index));
            },
        );
        expect(await textOf(failover(opens))).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  test("with sources that only go on, for any text at all", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom("a", "b", "🌾"), maxLength: 60 }),
        fc.array(fc.nat(20), { maxLength: 5 }),
        async (text, lengths) => {
          const opens = [...lengths, Infinity].map(
            (length) =>
              ({ soFar = "" }: FailoverContext<string>) => {
                const answer = text.slice(soFar.length, soFar.length + length);
                return length === Infinity ? [answer] : failingSource(Array.from(answer), lost());
              },
          );
          const join = () => joinText({ maxOverlap: 0 });
          expect(await textOf(failover(opens, { join }))).toBe(text);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("failover over a real connection", () => {
  let server: AnswerServer;
  beforeAll(async () => (server = await startAnswerServer()));
  afterAll(() => server.close());

  test("Servers that hang up at random places give one answer", async () => {
    const text = Array.from({ length: 60 }, (_, index) => `Word ${String(index)} 水車🌾 `).join("");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_000), { maxLength: 4 }), async (places) => {
        const opens = [...places, undefined].map(
          (dieAfter) =>
            ({ soFar = "", signal }: FailoverContext<string>) => {
              const from = Math.max(0, soFar.length - 20);
              const rest = text.slice(isPair(text, from - 1) ? from - 1 : from);
              return server.ask(
                dieAfter === undefined ? { text: rest } : { text: rest, dieAfter },
                signal,
              );
            },
        );
        expect(await textOf(failover(opens))).toBe(text);
      }),
      { numRuns: 10 },
    );
    await vi.waitUntil(() => server.open === 0);
  });

  test("Cancelling hangs up on the one that is open", async () => {
    const text = "The mill turns slowly.";
    const answers = [
      { text, dieAfter: 10 },
      { text, stallAfter: 15 },
    ];
    const reader = failover(
      answers.map(
        (answer) =>
          ({ signal }: FailoverContext<string>) =>
            server.ask(answer, signal),
      ),
    ).getReader();
    for (let read = ""; read.length < 15;) read += (await reader.read()).value!;
    expect(server.open).toBe(1);
    await reader.cancel("enough");
    await vi.waitUntil(() => server.open === 0);
  });
});

test("failover keeps the laws of operators", async () => {
  await operatorLaws(
    "failover",
    opening<number>((open, { signal }) =>
      failover([() => failingSource<number>([], lost()), open], { signal }),
    ),
    {
      input: fc.array(fc.nat(), { maxLength: 8 }),
      oracle: (items) => items,
      readAhead: 0,
      runs: 10,
    },
  );
});

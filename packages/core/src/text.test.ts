import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { decodeText } from "./decode-text.ts";
import { encodeText } from "./encode-text.ts";
import { isStageError } from "./errors.ts";
import { pipe } from "./pipe.ts";
import { run } from "./run.ts";

// The laws, with the platform's own codec as the oracle, stand in @millrace/testing.

describe("decodeText", () => {
  test("joins what was cut inside a character", () => {
    const bytes = new TextEncoder().encode("€👩‍🌾");
    expect(
      run(
        decodeText(),
        [...bytes].map((byte) => Uint8Array.of(byte)),
      ).join(""),
    ).toBe("€👩‍🌾");
  });

  test("takes strings and bytes mixed", () => {
    expect(run(decodeText(), ["a", Uint8Array.of(0xe2, 0x82), "b"])).toEqual(["a", "\uFFFD", "b"]);
  });

  test("drops one byte order mark, at the very start, in either shape", () => {
    const mark = Uint8Array.of(0xef, 0xbb, 0xbf);
    expect(run(decodeText(), [mark, mark]).join("")).toBe("\uFEFF");
    expect(run(decodeText(), ["\uFEFF\uFEFFa"])).toEqual(["\uFEFFa"]);
    expect(run(decodeText(), [mark, "\uFEFF"])).toEqual(["\uFEFF"]);
    expect(run(decodeText({ ignoreBOM: true }), [mark]).join("")).toBe("\uFEFF");
  });

  // Characters of one to four bytes, at the edges of what their first and last bytes may be.
  const characters = [
    "\0",
    "\x7f",
    "\x80",
    "é",
    "\u07ff",
    "\u0800",
    "€",
    "\uffff",
    "\u{10000}",
    "🌊",
  ];

  const encoded = characters.map((character) => new TextEncoder().encode(character));
  const beginnings = encoded.flatMap((bytes) =>
    Array.from({ length: bytes.length - 1 }, (_, index) => bytes.slice(0, index + 1)),
  );
  const malformed = [...beginnings, Uint8Array.of(0xff), Uint8Array.of(0x80)];

  test.each(characters)(
    "with fatal gives all that is good, then says where it broke: %j",
    (good) => {
      for (const broken of malformed) {
        const bytes = [0x61, ...new TextEncoder().encode(good), ...broken, 0x61];
        for (let cut = 0; cut <= bytes.length; cut++) {
          const pieces = [Uint8Array.from(bytes.slice(0, cut)), Uint8Array.from(bytes.slice(cut))];
          const error = thrownBy(() => run(decodeText({ fatal: true }), pieces));
          expect(isStageError(error, "parse")).toBe(true);
          expect(error).toMatchObject({
            message: "Cannot decode text: malformed UTF-8",
            offset: 1 + good.length,
          });
          expect((error as { outputs: string[] }).outputs.join("")).toBe(`a${good}`);
        }
      }
    },
  );

  test("with fatal counts an unfinished character at the end as malformed", () => {
    const error = thrownBy(() =>
      run(decodeText({ fatal: true }), [Uint8Array.of(0x61, 0xf0, 0x9f)]),
    );
    expect(error).toMatchObject({ code: "parse", stage: "decodeText", offset: 1 });
  });
});

describe("decodeText: bytes of another realm, as fetch gives them to a test in jsdom", () => {
  const foreign = (...codes: number[]) =>
    runInNewContext(`Uint8Array.of(${codes.join()})`) as Uint8Array;

  test("are bytes", () => {
    expect(foreign(1) instanceof Uint8Array).toBe(false);
    for (const fatal of [false, true]) {
      expect(run(decodeText({ fatal }), [foreign(0xc3), foreign(0xa9), "!"])).toEqual(["é", "!"]);
    }
  });

  test("are cut when they are many", async () => {
    const many = runInNewContext("new Uint8Array(200_000).fill(97)") as Uint8Array;
    const lengths: number[] = [];
    for await (const text of pipe([many], decodeText())) lengths.push(text.length);
    expect(lengths).toEqual([65_536, 65_536, 65_536, 3_392]);
  });
});

describe("decodeText: what is neither bytes nor text", () => {
  test("is refused by name", () => {
    for (const chunk of [7, undefined, { length: 1 }, new Uint16Array(1)])
      expect(() => run(decodeText(), [chunk as unknown as string])).toThrow(
        "Cannot decode text: a chunk is neither bytes nor a string",
      );
  });
});

describe("encodeText", () => {
  test("holds half of a surrogate pair for its other half", () => {
    const bytes = run(encodeText(), ["a\uD83D", "\uDC69b"]);
    expect(bytes.map((chunk) => new TextDecoder().decode(chunk))).toEqual(["a", "👩b"]);
  });

  test("makes a lone surrogate the replacement character", () => {
    const bytes = run(encodeText(), ["\uD83D"]);
    expect(bytes).toEqual([Uint8Array.of(0xef, 0xbf, 0xbd)]);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

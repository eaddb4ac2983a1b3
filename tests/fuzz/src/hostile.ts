import * as fc from "fast-check";

// Input that nobody sends in good faith.

/** What breaks code that reads text: halves of characters, marks, line ends of all kinds, blanks. */
const ODD = [
  ...["\r", "\n", "\r\n", "\u2028", "\u0085", "\v", "\f", "\t", " ", "\u00a0", "\0", "\x1e"],
  ...["\ufeff", "\ud83d", "\ude00", "😀", "👩‍🚀", "🇩🇪", "é", "e\u0301", "\u200d", "\ufffd", "\uffff"],
  ...["漢字", "ไทย", "क्ष", "한", "ß", "İ", "__proto__", "constructor", "\\", '"', "'", "`", "$&"],
];

/** Text of a language's tokens amid what is odd. */
export function hostileText(tokens: readonly string[], maxLength = 24): fc.Arbitrary<string> {
  const token = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...tokens) },
    { weight: 2, arbitrary: fc.constantFrom(...ODD) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...tokens), fc.nat(12)).map(repeated) },
  );
  return fc.array(token, { maxLength, size: "max" }).map((found) => found.join(""));
}

function repeated([token, times]: [string, number]): string {
  return token.repeat(times);
}

type Damage =
  | { type: "drop"; at: number; length: number }
  | { type: "again"; at: number; length: number; to: number }
  | { type: "noise"; at: number; bytes: Uint8Array };

const at = fc.nat(4_000);
const length = fc.nat(40);
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ type: fc.constant("drop" as const), at, length }),
  fc.record({ type: fc.constant("again" as const), at, length, to: at }),
  fc.record({
    type: fc.constant("noise" as const),
    at,
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc
        .constantFrom(...ODD, "null", "0", "-1", "1e999", "[]", "{}", ",", ":", "}", "true", "\n\n")
        .map((text) => new TextEncoder().encode(text)),
    ),
  }),
);

/** Known bytes that something has happened to. */
export function damaged(known: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...known), fc.array(damage, { maxLength: 5 }))
    .map(([bytes, all]) => all.reduce(applied, bytes));
}

function applied(bytes: Uint8Array, what: Damage): Uint8Array {
  const place = bytes.length === 0 ? 0 : what.at % (bytes.length + 1);
  if (what.type === "drop") return joined(bytes.slice(0, place), bytes.slice(place + what.length));
  if (what.type === "noise") return joined(bytes.slice(0, place), what.bytes, bytes.slice(place));
  const to = what.to % (bytes.length + 1);
  return joined(bytes.slice(0, to), bytes.slice(place, place + what.length), bytes.slice(to));
}

function joined(...pieces: Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

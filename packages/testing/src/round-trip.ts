import { pipe, type Stage } from "@millrace/core";
import { array, type Arbitrary } from "fast-check";
import { everyCut } from "./cuts.ts";
import { inTime } from "./deadline.ts";
import { equal } from "./equal.ts";
import { forAll } from "./for-all.ts";
import { LawError } from "./law-error.ts";
import { observe, type Join, type Outcome } from "./observe.ts";
import { read } from "./slow-reader.ts";
import { concatPieces } from "./whole.ts";

export interface RoundTripOptions<V, X, R = V> {
  /** Single values, as they go into the encoder. */
  values: Arbitrary<V>;
  encode: () => Stage<V, X>;
  decode: () => Stage<X, R>;
  /** What should come back, where that is not just what went in. */
  expected?: (values: readonly V[]) => readonly R[];
  /** A form to compare in, for decoders that emit deltas. */
  join?: Join<R>;
  /** Streams of values that are always tried. */
  samples?: readonly (readonly NoInfer<V>[])[];
  /** How many values a generated stream has at most. Default 6. */
  maxLength?: number;
  /** How many streams are generated. Default 100. */
  runs?: number;
  /** The seed that an error has named, to see it again. */
  seed?: number;
}

/**
 * Law 7 for a codec: decoding what was encoded gives the values back, however the encoded text or
 * bytes are cut, and as streams.
 *
 * @example
 * ```ts
 * import { decodeText, encodeText } from "@millrace/core";
 * import { roundTrip } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * await roundTrip("text", {
 *   values: fc.string({ unit: "grapheme" }),
 *   encode: encodeText,
 *   decode: () => decodeText(),
 *   join: (texts) => texts.join(""),
 * });
 * ```
 */
export async function roundTrip<V, X, R = V>(
  name: string,
  options: RoundTripOptions<V, X, R>,
): Promise<void> {
  const { values, encode, decode, samples = [], maxLength = 6 } = options;
  const join = options.join ?? ((outputs: readonly R[]) => outputs);
  const expect = options.expected ?? ((sent: readonly V[]) => sent as readonly unknown[] as R[]);

  async function verify(sent: readonly V[]): Promise<void> {
    const expected = expect(sent);
    const encoded = observe(encode(), sent);
    if (encoded.ending.type === "error") throw broken("it cannot be encoded", { sent, encoded });

    function compare(decoded: Outcome<R>, facts: object): void {
      const closed = decoded.ending.type !== "error";
      if (closed && equal(join(decoded.outputs), join(expected))) return;
      throw broken("what comes back is not what was sent", { sent, ...facts, expected, decoded });
    }

    for (const pieces of everyCut(concatPieces(encoded.outputs))) {
      compare(observe(decode(), pieces), { encoded: pieces });
    }
    const late = () => broken("as a stream it never ends", { sent });
    compare(await inTime(read(pipe(sent, encode(), decode()), atOnce), late), { through: "pipe" });
  }

  function broken(problem: string, facts: object): LawError {
    return new LawError({ law: 7, stage: name, problem, facts: { ...facts } });
  }

  for (const sample of samples) await verify(sample);
  await forAll(array(values, { maxLength }), options, verify);
}

function atOnce(): undefined {
  return undefined;
}

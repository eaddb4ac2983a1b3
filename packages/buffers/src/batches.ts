import { stage, type Stage } from "@millrace/core";
import { holdText, isPair, wholeCharacters } from "@millrace/core/text";

export interface ItemBatchesOptions {
  /** How many items make a batch. */
  items: number;
}

export interface TextBatchesOptions {
  /** How many UTF-16 units make a piece of text. */
  characters: number;
  /**
   * The inputs are units of text (words, sentences): none is cut, and a piece is as many of them as
   * fit. Default `false`: the inputs are one text, and every piece but the last is of that length.
   */
  whole?: boolean;
}

/**
 * Items in groups of a number, or text in pieces of a length.
 *
 * - **In / Out:** with `items`, any items; arrays of so many, the last one perhaps of fewer. With
 *   `characters`, text cut anywhere; pieces of so many units, the last one perhaps shorter, and one
 *   shorter where a surrogate pair would be cut (for a length of 1, one longer). With `whole`, units
 *   of text; as many as fit in so many characters, joined, and a longer one alone. No text is lost.
 * - **When:** a batch with its last item; a piece with its last unit, but if that is half of a pair;
 *   with `whole`, a piece when it is full or the next unit does not fit. No clock runs: what is not
 *   full waits.
 * - **Limits:** what is held is less than a batch.
 * - **Errors:** a `RangeError` for a size that is not a whole number from 1 up. When the source
 *   fails, what is held comes out before the error.
 * - **Cost:** one `push` an item; one `slice` a piece.
 *
 * @example
 * ```ts
 * import { batches, sentences } from "@millrace/buffers";
 * import { fuse, run } from "@millrace/core";
 *
 * run(batches({ items: 2 }), [1, 2, 3]); // => [[1, 2], [3]]
 * run(batches({ characters: 4 }), ["millr", "a", "ce"]); // => ["mill", "race"]
 *
 * const spoken = fuse(sentences(), batches({ characters: 12, whole: true }));
 * run(spoken, ["Yes. It is. What do y", "ou want?"]); // => ["Yes. It is. ", "What do you want?"]
 * ```
 */
export function batches<T>(options: ItemBatchesOptions): Stage<T, T[]>;
export function batches(options: TextBatchesOptions): Stage<string, string>;
export function batches(options: ItemBatchesOptions | TextBatchesOptions): Stage<never, unknown> {
  if ("items" in options) return itemBatches(checked("items", options.items));
  const length = checked("characters", options.characters);
  return options.whole === true ? unitBatches(length) : textBatches(length);
}

function checked(name: string, size: number): number {
  if (size >= 1 && Number.isInteger(size)) return size;
  throw new RangeError(
    `Cannot make batches: ${name} must be a whole number, 1 or more, not ${size}`,
  );
}

function itemBatches<T>(size: number): Stage<T, T[]> {
  return stage((emit) => {
    let batch: T[] = [];

    function put(): void {
      const items = batch;
      batch = [];
      if (items.length > 0) emit(items);
    }

    return {
      push(item) {
        batch.push(item);
        if (batch.length === size) put();
      },
      flush: put,
      fail: put,
    };
  });
}

function textBatches(length: number): Stage<string, string> {
  return stage(
    (emit) => {
      const held = holdText(); // the beginning of a piece
      const whole = wholeCharacters(read);

      /** Where the piece ends that would be full at `to`. */
      function endOf(text: string, to: number): number {
        if (!isPair(text, to - 1)) return to;
        return length === 1 ? to + 1 : to - 1;
      }

      function read(text: string): void {
        let from = 0;
        for (;;) {
          const full = from + length - held.length;
          if (full > text.length) break;
          const to = endOf(text, full);
          emit(held.take(text.slice(from, to)));
          from = to;
        }
        held.add(text.slice(from));
      }

      function finish(): void {
        whole.finish();
        if (held.length > 0) emit(held.take());
      }

      return { push: whole.put, flush: finish, fail: finish };
    },
    { cuttable: true },
  );
}

function unitBatches(length: number): Stage<string, string> {
  return stage((emit) => {
    const held = holdText(); // units that fit, and leave room

    function put(): void {
      if (held.length > 0) emit(held.take());
    }

    return {
      push(unit) {
        if (held.length + unit.length > length) put();
        held.add(unit);
        if (held.length >= length) put();
      },
      flush: put,
      fail: put,
    };
  });
}

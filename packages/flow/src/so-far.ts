import { holdText } from "@millrace/core/text";

/** What has come of a stream: the whole text, or all items. */
export type SoFar<T> = [T] extends [string] ? string : readonly T[];

const MOST_TEXT = 1_048_576;
const MOST_ITEMS = 131_072;

/** Holds what has come, as long as that is not too much. */
export interface SoFarRecord<T> {
  add(this: void, item: T): void;
  clear(this: void): void;
  /** `undefined` when nothing has come. */
  soFar(this: void): SoFar<T> | undefined;
  /** More has come than is held. */
  isOver(this: void): boolean;
}

export function recordSoFar<T>(maxHeld?: number): SoFarRecord<T> {
  const text = holdText();
  let items: T[] = [];
  let length = 0;
  let over = false;

  function clear(): void {
    text.take();
    items = [];
    length = 0;
  }

  function readText(): string {
    const all = text.take();
    text.add(all);
    return all;
  }

  return {
    add(item) {
      if (over) return;
      const isText = typeof item === "string";
      length += isText ? item.length : 1;
      over = !(length <= (maxHeld ?? (isText ? MOST_TEXT : MOST_ITEMS)));
      if (over) clear();
      else if (isText) text.add(item);
      else items.push(item);
    },
    clear() {
      clear();
      over = false;
    },
    soFar() {
      if (length === 0) return undefined;
      return (text.length > 0 ? readText() : [...items]) as unknown as SoFar<T>;
    },
    isOver: () => over,
  };
}

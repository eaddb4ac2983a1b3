/** First in, first out. An array's own `shift` moves all that wait, once they are many. */
export interface Queue<T> {
  readonly length: number;
  /** The one that has waited longest. */
  first(this: void): T | undefined;
  add(this: void, item: T): void;
  /** Takes the one that has waited longest. */
  take(this: void): T | undefined;
  clear(this: void): void;
}

const FEW = 64;

/** A queue whose every step costs the same, however many wait. */
export function openQueue<T>(): Queue<T> {
  let items: (T | undefined)[] = [];
  let head = 0; // items[head] is the first, unless nothing waits

  return {
    get length() {
      return items.length - head;
    },
    first: () => items[head],
    add(item) {
      items.push(item);
    },
    take() {
      const item = items[head];
      if (head === items.length) return item;
      items[head++] = undefined; // not to be kept
      if (head >= FEW && head * 2 >= items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    clear() {
      items = [];
      head = 0;
    },
  };
}

import type { Draft } from "./draft.ts";
import { setMember, type Frame } from "./frame.ts";

/** A draft of a tree with open containers, whose value is made when it is first read. */
export function lazyDraft(innermost: Frame, onRead: () => void): Draft<unknown> {
  const count = innermost.children.length;
  const last = innermost.children.at(-1);
  let value: unknown;
  return {
    get value() {
      if (value === undefined) {
        value = valueAt(innermost, count, last);
        onRead();
      }
      return value;
    },
    complete: false,
  };
}

/**
 * A tree that only grows, as it was when the innermost open container had `count` children, the last
 * of which may have grown since. That says all about the containers round it too: while one of their
 * children is open, they get no others. What was whole is shared, what was open is copied.
 */
export function valueAt(innermost: Frame, innermostCount: number, innermostLast: unknown): unknown {
  let count = innermostCount;
  let last = innermostLast;
  for (let frame: Frame | undefined = innermost; frame !== undefined; frame = frame.parent) {
    last = copy(frame, count, last);
    count = frame.place;
  }
  return last;
}

function copy(frame: Frame, count: number, last: unknown): unknown {
  const { children, container, names } = frame;
  if (names === undefined) {
    // Without arguments it is faster.
    const items = children.length === count ? children.slice() : children.slice(0, count);
    if (count > 0) items[count - 1] = last;
    return items;
  }
  const members = {};
  if (frame.isSimple && names.length === count) Object.assign(members, container);
  else for (let at = 0; at < count - 1; at++) setMember(members, names[at]!, children[at]);
  if (count > 0) setMember(members, names[count - 1]!, last);
  return members;
}

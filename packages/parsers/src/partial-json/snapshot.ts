import type { Draft } from "./draft.ts";
import { PROTO, setMember, type Frame } from "./frame.ts";

/**
 * A moment in the life of a tree that only grows. How many children a container has does not change
 * while one of them is open: so this says all about the containers round it too.
 */
export interface Moment {
  /** The innermost open container, … */
  readonly frame: Frame;
  /** … how many children it had, … */
  readonly count: number;
  /** … and the last of them, which may have grown since. */
  readonly last: unknown;
}

/** A draft whose value is made when it is first read. */
export function lazyDraft(moment: Moment, onRead: () => void): Draft<unknown> {
  let value: unknown;
  return {
    get value() {
      if (value === undefined) {
        value = valueAt(moment);
        onRead();
      }
      return value;
    },
    complete: false,
  };
}

/** The tree as it was: values that were whole are shared, containers that were open are copied. */
export function valueAt(moment: Moment): unknown {
  let { count, last } = moment;
  for (let frame: Frame | undefined = moment.frame; frame !== undefined; frame = frame.parent) {
    last = copy(frame, count, last);
    count = frame.place;
  }
  return last;
}

function copy({ container, names, children }: Frame, count: number, last: unknown): unknown {
  if (names === undefined) {
    const items = children.slice(0, count);
    if (count > 0) items[count - 1] = last;
    return items;
  }
  const members = {};
  // `assign` takes half the time of `...`, and is wrong about one name.
  if (names.length === count && !Object.hasOwn(container, PROTO)) Object.assign(members, container);
  else for (let at = 0; at < count; at++) setMember(members, names[at]!, children[at]);
  if (count > 0) setMember(members, names[count - 1]!, last);
  return members;
}

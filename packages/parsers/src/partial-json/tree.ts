import type { Emit } from "@millrace/core";
import type { Draft } from "./draft.ts";
import { setMember, type Frame } from "./frame.ts";
import type { Sink } from "./sink.ts";
import { lazyDraft, valueAt } from "./snapshot.ts";

/** Looks at a value that is whole: the last child of the innermost open container, or the document. */
export type CheckValue = (value: unknown, innermost: Frame | undefined, end: number) => void;

export interface TreeOptions {
  /** Drafts have the tree itself for their value. */
  live: boolean;
  checkValue: CheckValue | undefined;
}

// Making an accessor takes longer than making most values. So when a draft has been read, these many
// that follow are expected to be, and get plain values.
const READ_AHEAD = 63;

// Pieces of a growing string are joined to blocks of this length: they take a hundredth of the
// memory so.
const BLOCK_LENGTH = 1024;

/** Grows the value of a document, and emits drafts of it. */
export function growTree(emit: Emit<Draft<unknown>>, options: TreeOptions): Sink {
  const { checkValue, live } = options;
  let root: unknown;
  let frame: Frame | undefined; // the innermost open container
  let name = ""; // of the member that comes next
  let growing = false; // the last child, or the root, is a scalar that is not whole
  let blocks = ""; // the beginning of the string that is read …
  let pieces = ""; // … and what is no block yet
  let inText = false; // it is being read
  let changed = false; // since the last draft
  let complete = false;
  let ahead = 0; // so many drafts are made before they are read

  /** Puts a value into the place that comes next, or again into that of what grows. */
  function put(value: unknown): void {
    if (growing && value === shown()) return;
    changed = true;
    if (frame === undefined) {
      root = value;
      return;
    }
    const { children, container, names } = frame;
    if (growing) children[children.length - 1] = value;
    else {
      children.push(value);
      names?.push(name);
    }
    if (names !== undefined) setMember(container, name, value);
  }

  /** The last child, or the root. */
  function shown(): unknown {
    return frame === undefined ? root : frame.children.at(-1);
  }

  function putPart(value: unknown): void {
    put(value);
    growing = true;
  }

  function putWhole(value: unknown, end: number): void {
    put(value);
    endValue(value, end);
  }

  function endValue(value: unknown, end: number): void {
    growing = false;
    checkValue?.(value, frame, end);
    complete = frame === undefined;
    changed ||= complete;
  }

  function draft(): Draft<unknown> {
    if (live || frame === undefined) return { value: root, complete };
    if (ahead-- > 0) {
      const value = valueAt(frame, frame.children.length, frame.children.at(-1));
      return { value, complete: false };
    }
    ahead = 0;
    return lazyDraft(frame, () => {
      ahead = READ_AHEAD;
    });
  }

  return {
    name(next) {
      name = next;
    },
    open(isArray) {
      const container = isArray ? [] : {};
      put(container);
      frame = {
        container,
        names: isArray ? undefined : [],
        children: isArray ? (container as unknown[]) : [],
        parent: frame,
        depth: (frame?.depth ?? 0) + 1,
        place: frame?.children.length ?? 0,
      };
    },
    close(end) {
      const { container, parent } = frame!;
      frame = parent;
      endValue(container, end);
    },
    value: putWhole,
    show: putPart,
    append(piece) {
      inText = changed = true;
      pieces += piece;
      if (pieces.length < BLOCK_LENGTH) return;
      pieces.charCodeAt(0); // reading is what joins
      blocks += pieces;
      pieces = "";
    },
    endText(end) {
      const text = blocks + pieces;
      blocks = pieces = "";
      inText = false;
      putWhole(text, end);
    },
    settle() {
      if (!changed) return;
      if (inText) putPart(blocks + pieces);
      changed = false;
      emit(draft());
    },
  };
}

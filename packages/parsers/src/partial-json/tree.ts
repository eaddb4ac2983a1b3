import type { Emit } from "@millrace/core";
import type { Draft } from "./draft.ts";
import { addChild, setMember, type Frame } from "./frame.ts";
import type { Scalar, Sink } from "./sink.ts";
import { lazyDraft, valueAt } from "./snapshot.ts";

/** Looks at a value that is whole: the last child of the innermost open container, or the document. */
export type CheckValue = (value: unknown, innermost: Frame | undefined, end: number) => void;

export interface TreeOptions {
  /** Drafts have the tree itself for their value. */
  live: boolean;
  checkValue: CheckValue | undefined;
}

// Making an accessor takes as long as copying this many elements of arrays. So drafts have plain values
// as long as no more is to be copied.
const LIGHT = 512;
/** A member takes as long as this many elements. */
const WEIGHT_OF_MEMBER = 16;
// When a draft with an accessor has been read, these many that follow are expected to be, and get plain
// values too.
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
  let weight = 0; // of what is to be copied: the children of all open containers
  let ahead = 0; // so many drafts are made before they are read

  /** Puts a value into the place that comes next, or again into that of what grows. */
  function put(value: unknown): void {
    if (frame === undefined) {
      root = value;
      return;
    }
    const { children } = frame;
    if (growing) children[children.length - 1] = value;
    else {
      addChild(frame, name, value);
      weight += weightOfChild(frame);
    }
    if (live) keep(value);
  }

  /** Makes a member of the last child of an object. */
  function keep(value: unknown): void {
    const names = frame?.names;
    if (names !== undefined) setMember(frame!.container, names.at(-1)!, value);
  }

  /** Puts a scalar that may have been shown before. */
  function putAgain(value: Scalar): void {
    changed ||= !growing || value !== (frame === undefined ? root : frame.children.at(-1));
    put(value);
  }

  function endValue(value: unknown, end: number): void {
    growing = false;
    keep(value);
    checkValue?.(value, frame, end);
    complete = frame === undefined;
    changed ||= complete;
  }

  function draft(): Draft<unknown> {
    if (live || frame === undefined) return { value: root, complete };
    if (weight > LIGHT && --ahead < 0) {
      return lazyDraft(frame, () => {
        ahead = READ_AHEAD;
      });
    }
    const { children } = frame;
    return { value: valueAt(frame, children.length, children.at(-1)), complete: false };
  }

  return {
    name(next) {
      name = next;
    },
    open(isArray) {
      const container = isArray ? [] : {};
      changed = true;
      put(container);
      frame = {
        container,
        names: isArray ? undefined : [],
        children: isArray ? (container as unknown[]) : [],
        isSimple: true,
        parent: frame,
        depth: (frame?.depth ?? 0) + 1,
        place: frame?.children.length ?? 0,
      };
    },
    close(end) {
      const { children, container, parent } = frame!;
      weight -= children.length * weightOfChild(frame!);
      frame = parent;
      endValue(container, end);
    },
    value(value, end) {
      putAgain(value);
      endValue(value, end);
    },
    show(value) {
      putAgain(value);
      growing = true;
    },
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
      put(text);
      endValue(text, end);
    },
    settle() {
      if (!changed) return;
      if (inText) {
        put(blocks + pieces);
        growing = true;
      }
      changed = false;
      emit(draft());
    },
  };
}

function weightOfChild({ names }: Frame): number {
  return names === undefined ? 1 : WEIGHT_OF_MEMBER;
}

import type { Emit } from "@millrace/core";
import { findOverlap, type Overlap } from "@millrace/core/text";
import type {
  Part,
  ReasoningDelta,
  ReasoningEnd,
  ReasoningStart,
  TextDelta,
  TextEnd,
  TextKind,
  TextStart,
  ToolCall,
  ToolInputDelta,
  ToolInputEnd,
  ToolInputStart,
} from "../part.ts";
import { without } from "../without.ts";

type Start = TextStart | ReasoningStart | ToolInputStart;
type Delta = TextDelta | ReasoningDelta | ToolInputDelta;
type End = TextEnd | ReasoningEnd | ToolInputEnd;

/** What the choices of an answer share. */
export interface Hops {
  emit: Emit<Part>;
  /** The id that the whole answer has for one of the hop. */
  rename: (id: string) => string;
  /** From now on, a block of the hop goes on with one that is open already. */
  continueAs: (id: string, known: string) => void;
  /** Counts blocks that have to be remembered. */
  hold: (count: number) => void;
  /** The longest overlap; 0 if there is none. */
  maxOverlap: number;
}

/** The blocks of one choice, over all hops. */
export interface JoinedChoice {
  start(part: Start): void;
  delta(part: Delta): void;
  end(part: End): void;
  call(part: ToolCall): void;
  takeBack(id: string): void;
  /** How far the places in a block have moved: not known while an overlap is looked for. */
  shiftOf(id: string): number | undefined;
  /** What has ended has been told: no later hop goes on with it. */
  seal(): void;
  /** This hop has failed, another one follows. */
  nextHop(): void;
  /** No other hop follows. */
  finish(): void;
}

interface Block {
  id: string; // in the hop
  out: string; // in the answer
  type: Start["type"];
  held: Delta[]; // while an overlap is looked for
  overlap: Overlap | undefined;
}

/** The text block that came last: the one that the next hop goes on with, while it is open. */
interface LastText {
  out: string;
  kind: TextKind | undefined;
  isOpen: boolean;
  length: number;
}

export function joinChoice(choice: number, hops: Hops): JoinedChoice {
  const { emit, rename, continueAs, hold, maxOverlap } = hops;
  const own = choice === 0 ? {} : { choice };
  const blocks = new Map<string, Block>(); // those of this hop whose ends have not been told, by id
  const ends = new Map<string, Part[]>(); // the ends that wait, by the same
  let last: LastText | undefined;
  let tail = ""; // the end of the text so far
  let moved: { id: string; by: number } | undefined; // a block of this hop, and its places in the answer
  let mayRepeat = false; // the next text block is the first one of a later hop

  function start(part: Start): void {
    hold(1);
    tellEnds(); // what had an end before something else began has ended for good
    const { id, type } = part;
    const block: Block = { id, out: rename(id), type, held: [], overlap: undefined };
    blocks.set(id, block);
    if (part.type === "text-start") startText(part, block);
    else emit(renamed(part, block.out));
  }

  function startText(part: TextStart, block: Block): void {
    const before = last?.kind === part.kind ? last : undefined;
    if (before === undefined) tail = "";
    if (mayRepeat) moved = { id: part.id, by: 0 };
    if (mayRepeat && before?.isOpen === true) {
      block.out = before.out;
      moved = { id: part.id, by: before.length };
      continueAs(part.id, before.out);
    } else {
      if (mayRepeat) endLast();
      last = { out: block.out, kind: part.kind, isOpen: true, length: 0 };
      emit(renamed(part, block.out));
    }
    if (mayRepeat && maxOverlap > 0) {
      block.overlap = findOverlap(tail.slice(-maxOverlap - 1), maxOverlap);
      look(block, "");
    }
    mayRepeat = false;
  }

  /** The text that an earlier hop left open is not gone on with. */
  function endLast(): void {
    if (last?.isOpen !== true) return;
    last.isOpen = false;
    emit({ type: "text-end", id: last.out, ...own });
  }

  function look(block: Block, piece: string): void {
    const length = block.overlap?.add(piece);
    if (length !== undefined) settle(block, length);
  }

  /** The overlap is known: what is behind it is new. */
  function settle(block: Block, length: number): void {
    const { held } = block;
    block.overlap = undefined;
    block.held = [];
    hold(-held.length);
    if (moved?.id === block.id) moved.by -= length;
    let left = length;
    for (const part of held) {
      const { delta } = part;
      if (left === 0) write(part, block);
      else if (delta.length > left) write(behind(part, left), block);
      left = Math.max(0, left - delta.length);
    }
  }

  function write(part: Delta, block: Block): void {
    if (part.type === "text-delta" && block.out === last?.out) {
      last.length += part.delta.length;
      tail += part.delta;
      if (tail.length > 2 * maxOverlap + 2) tail = tail.slice(-maxOverlap - 1);
    }
    emit(renamed(part, block.out));
  }

  /** Tells the end of a block, or the end and the call. */
  function tell(block: Block, parts: readonly Part[]): void {
    if (block.overlap !== undefined) settle(block, block.overlap.end());
    for (const part of parts) emit(part);
    forget(block);
    if (block.out === last?.out) last.isOpen = false;
  }

  function tellEnds(): void {
    for (const [id, parts] of ends) tell(blocks.get(id)!, parts);
  }

  function forget({ id, held }: Block): void {
    blocks.delete(id);
    ends.delete(id);
    hold(-1 - held.length);
  }

  return {
    start,
    delta(part) {
      const block = blocks.get(part.id);
      if (block === undefined) emit(renamed(part, rename(part.id)));
      else if (block.overlap === undefined) write(part, block);
      else {
        hold(1);
        block.held.push(part);
        look(block, part.delta);
      }
    },
    end(part) {
      const block = blocks.get(part.id);
      const end = renamed(part, block?.out ?? rename(part.id));
      if (block === undefined) emit(end);
      // The provider has sealed it: no failure has ended it.
      else if ("signature" in end || "encrypted" in end) tell(block, [end]);
      else ends.set(part.id, [end]);
    },
    call(part) {
      const { toolCallId: id, inputState } = part;
      const block = blocks.get(id);
      const out = block?.out ?? rename(id);
      const call = out === id ? part : { ...part, toolCallId: out };
      if (block === undefined) emit(call);
      else if (inputState === "truncated") ends.set(id, [...(ends.get(id) ?? []), call]);
      else tell(block, [...(ends.get(id) ?? []), call]);
    },
    takeBack(id) {
      const block = blocks.get(id);
      if (block !== undefined) forget(block);
      if (rename(id) !== last?.out) return;
      last = undefined;
      tail = "";
    },
    shiftOf(id) {
      const block = blocks.get(id);
      if (block?.overlap !== undefined) return undefined;
      return moved?.id === id ? moved.by : 0;
    },
    seal() {
      for (const [id, parts] of ends) {
        const block = blocks.get(id)!;
        // The call that its input is for may still not come.
        if (block.type !== "tool-input-start") tell(block, parts);
      }
    },
    nextHop() {
      const lost: string[] = [];
      for (const block of blocks.values()) {
        const { id, type, out } = block;
        if (type !== "text-start") lost.push(out);
        else if (out !== last?.out) {
          for (const end of ends.get(id) ?? [{ type: "text-end", id: out, ...own } as const]) {
            emit(end);
          }
        }
        forget(block); // and what may have repeated the text so far: the next hop is not told of it
      }
      if (lost.length > 0) emit({ type: "reset", blocks: lost, ...own });
      moved = undefined;
      mayRepeat = true;
    },
    finish() {
      tellEnds();
      for (const block of blocks.values()) {
        if (block.overlap !== undefined) settle(block, block.overlap.end());
      }
      if (mayRepeat) endLast();
    },
  };
}

function renamed<P extends Start | Delta | End>(part: P, id: string): P {
  return part.id === id ? part : { ...part, id };
}

/** A delta behind its first units, which its `logprobs` are about as well. */
function behind(part: Delta, length: number): Delta {
  const delta = part.delta.slice(length);
  return part.type === "text-delta" ? { ...without(part, "logprobs"), delta } : { ...part, delta };
}

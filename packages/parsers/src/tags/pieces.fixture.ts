import type { Stage } from "@millrace/core";
import type { TagPiece } from "../tags.ts";

/** A machine in the hand. */
export function driven<Name extends string>(stage: Stage<string, TagPiece<Name>>) {
  let pieces: TagPiece[] = [];
  const machine = stage.start((piece) => pieces.push(piece));
  /** What has come out since it was asked last. */
  function seen(): TagPiece[] {
    const last = pieces;
    pieces = [];
    return last;
  }
  return { machine, push: machine.push, flush: machine.flush, seen };
}

export function textOf(pieces: readonly TagPiece[]): string {
  return pieces.map(({ text }) => text).join("");
}

/** One piece for each section, and for each text between two. */
export function merged(pieces: readonly TagPiece[]): TagPiece[] {
  const whole: TagPiece[] = [];
  for (const piece of pieces) {
    const last = whole.at(-1);
    const goesOn =
      last?.tag === undefined
        ? last?.text !== undefined && piece.tag === undefined
        : !last.complete;
    if (last !== undefined && goesOn) whole.pop();
    whole.push(goesOn ? { ...piece, text: last!.text + piece.text } : piece);
  }
  return whole;
}

/** Texts with a mark for each end of a section, and for each beginning: another one for each tag. */
export function joined(pieces: readonly TagPiece[]): string {
  return joinedFrom(false, pieces);
}

/** The same where the first section needs no beginning, and so has a mark for its attributes only. */
export function joinedInside(pieces: readonly TagPiece[]): string {
  return joinedFrom(pieces[0]?.attributes === undefined, pieces);
}

function joinedFrom(isInside: boolean, pieces: readonly TagPiece[]): string {
  let isOpen = isInside;
  return pieces
    .map(({ tag, attributes, text, complete }) => {
      if (tag === undefined) return text;
      const beginning = isOpen ? "" : markOf(JSON.stringify([tag, attributes]));
      isOpen = !complete;
      return beginning + text + (complete ? markOf("end") : "");
    })
    .join("");
}

const PRIVATE_USE = 0xe000;
const marks = new Map<string, string>();

function markOf(what: string): string {
  const mark = marks.get(what) ?? String.fromCharCode(PRIVATE_USE + marks.size);
  marks.set(what, mark);
  return mark;
}

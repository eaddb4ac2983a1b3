import { holdText } from "@millrace/core/text";

/** Leaves out the white space around sections. */
export interface Space {
  /** What is left of a piece of the text outside. */
  outside(piece: string): string;
  /** And of one within a section, of which it is sure that it goes on with something else. */
  inside(piece: string, goesOn: boolean): string;
  open(): void;
  close(): void;
}

const LINE_FEED = "\n";

/** @param longest more white space than this is text, so that no more of it is held */
export function spaceAround(longest: number): Space {
  const held = holdText(); // white space in a section, which may be its last
  let isLeading = true; // nothing but white space has come since a section began or ended
  let isLineStart = true; // what has come out of the text outside ends with a line, or is nothing

  function withoutLeading(piece: string): string {
    if (!isLeading) return piece;
    const rest = piece.trimStart();
    if (rest !== "") isLeading = false;
    return rest;
  }

  return {
    outside(piece) {
      const rest = withoutLeading(piece);
      if (rest !== "") isLineStart = rest.endsWith(LINE_FEED);
      return rest;
    },
    /** And of one within a section, of which it is sure that it goes on with something else. */
    inside(piece, goesOn) {
      const rest = withoutLeading(piece);
      const text = goesOn ? rest : rest.trimEnd();
      const shown = text === "" && !goesOn ? "" : held.take(text);
      held.add(rest.slice(text.length));
      if (held.length <= longest) return shown;
      const space = held.take();
      const end = space.length - (space.length % (longest + 1));
      held.add(space.slice(end));
      return shown + space.slice(0, end);
    },
    open() {
      isLeading = true;
    },
    close() {
      held.take();
      isLeading = isLineStart;
    },
  };
}

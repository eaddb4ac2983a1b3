import { holdText } from "@millrace/core/text";

const LINE_FEED = "\n";

/** Leaves out the white space around sections. */
export interface Space {
  /** What is left of a piece of text; in a section it may be sure that more than space follows. */
  trim(piece: string, goesOn: boolean): string;
  enter(): void;
  leave(): void;
}

/** @param longest a longer run of white space is text, so that no more of it is held */
export function spaceAround(longest: number): Space {
  const held = holdText(); // white space in a section, which may be its last
  let run = 0; // so much white space stands at the end of what has come of a section
  let isInside = false;
  let isLeading = true; // nothing but white space has come since a section began or ended
  let isLineStart = true; // what has come out of the text outside ends with a line, or is nothing

  return {
    trim(piece, goesOn) {
      const rest = isLeading ? piece.trimStart() : piece;
      if (rest === "" && !goesOn) return "";
      isLeading = false;
      if (!isInside) {
        isLineStart = rest.endsWith(LINE_FEED);
        return rest;
      }
      const text = rest.trimEnd();
      run = (text === "" ? run : 0) + rest.length - text.length;
      if (goesOn || run > longest) return held.take(rest);
      const shown = text === "" ? "" : held.take(text);
      held.add(rest.slice(text.length));
      return shown;
    },
    enter() {
      isInside = true;
      isLeading = true;
    },
    leave() {
      held.take();
      isInside = false;
      isLeading = isLineStart;
    },
  };
}

/** Follows a JSON text piece by piece, for what can be told before its end. */
export interface JsonNesting {
  push(piece: string): void;
  /** Inside an object, an array or a string. */
  readonly isOpen: boolean;
  /** The outermost object or array has been closed: only another value can follow. */
  readonly isClosed: boolean;
}

export function jsonNesting(): JsonNesting {
  let depth = 0;
  let quoted = false;
  let escaped = false; // the character before is a backslash, inside quotes
  let closed = false;

  function pushQuoted(character: string): void {
    if (escaped) escaped = false;
    else if (character === "\\") escaped = true;
    else if (character === '"') quoted = false;
  }

  return {
    push(piece) {
      for (let index = 0; index < piece.length; index++) {
        const character = piece[index]!;
        if (quoted) pushQuoted(character);
        else if (character === '"') quoted = true;
        else if (character === "{" || character === "[") depth++;
        else if (character === "}" || character === "]") closed ||= --depth === 0;
      }
    },
    get isOpen() {
      return depth > 0 || quoted;
    },
    get isClosed() {
      return closed;
    },
  };
}

/** The objects and arrays that follow each other in a text, and what stands behind the last one. */
export function splitJson(json: string): string[] {
  const pieces: string[] = [];
  let begin = 0;
  let nesting = jsonNesting();
  for (let index = 0; index < json.length; index++) {
    nesting.push(json[index]!);
    if (!nesting.isClosed) continue;
    pieces.push(json.slice(begin, index + 1));
    begin = index + 1;
    nesting = jsonNesting();
  }
  if (json.slice(begin).trim() !== "") pieces.push(json.slice(begin));
  return pieces;
}

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

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const LENGTH_BYTES = 4;
const SHORTEST_FRAME = 16;

/**
 * Cuts bytes behind each line end, or behind each frame, so that after a piece has been pushed it is known
 * which units end with it. Stages give the same wherever their input is cut.
 */
export function* piecesOf(
  bytes: Uint8Array,
  cutAt: "lines" | "frames",
  state: CutState,
): Generator<Uint8Array> {
  let from = 0;
  while (from < bytes.length) {
    const to = cutAt === "lines" ? lineEnd(bytes, from) : frameEnd(bytes, from, state);
    yield bytes.subarray(from, to);
    from = to;
  }
}

/** What is known of the frame that is open. */
export interface CutState {
  /** The first bytes of it, as far as its length is not known. */
  head: number[];
  /** How many bytes of it are still to come. */
  left: number;
}

export function startCutting(): CutState {
  return { head: [], left: 0 };
}

function lineEnd(bytes: Uint8Array, from: number): number {
  const feed = bytes.indexOf(LINE_FEED, from);
  const end = feed < 0 ? bytes.length : feed + 1;
  // A CR alone ends a line, too; a CRLF stays in one piece.
  const at = bytes.subarray(from, end).indexOf(RETURN);
  return at < 0 || bytes[from + at + 1] === LINE_FEED ? end : from + at + 1;
}

function frameEnd(bytes: Uint8Array, from: number, state: CutState): number {
  let at = from;
  while (state.left === 0 && at < bytes.length) {
    state.head.push(bytes[at++]!);
    if (state.head.length < LENGTH_BYTES) continue;
    const length = Buffer.from(state.head).readUInt32BE();
    state.head = [];
    // A length that cannot be is for the decoder to tell of.
    state.left = Math.max(length, SHORTEST_FRAME) - LENGTH_BYTES;
  }
  const end = Math.min(bytes.length, at + state.left);
  state.left -= end - at;
  return end;
}

/** Gives the blocks of one stream ids that no other has, the same ones in every run. */
export interface Ids {
  /** `text-0`, `text-1`, … */
  next(kind: string): string;
  /** The provider's own id where no block has it yet, else the next one of a kind. */
  claim(wireId: string, kind: string): string;
}

const OF_OURS = /^[a-z]+-\d+$/;

/** `hold` is told the length of each id that must be remembered. */
export function blockIds(hold: (length: number) => void): Ids {
  const counts: Record<string, number> = {};
  const claimed = new Set<string>(); // never one that `next` gives

  function next(kind: string): string {
    const index = counts[kind] ?? 0;
    counts[kind] = index + 1;
    return `${kind}-${index}`;
  }

  return {
    next,
    claim(wireId, kind) {
      if (wireId === "" || claimed.has(wireId) || OF_OURS.test(wireId)) return next(kind);
      hold(wireId.length);
      claimed.add(wireId);
      return wireId;
    },
  };
}

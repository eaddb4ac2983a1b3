/** Gives the blocks of one stream ids that no other has, the same ones in every run. */
export interface Ids {
  /** `text-0`, `text-1`, … */
  next(kind: string): string;
  /**
   * The provider's own id where no block has it yet, else the next one of a kind. It is remembered:
   * who claims it counts it.
   */
  claim(wireId: string, kind: string): string;
}

const NUMBERED = /^([a-z]+)-(\d+)$/;

export function blockIds(): Ids {
  const counts = new Map<string, number>();
  const claimed = new Set<string>();

  function next(kind: string): string {
    let index = counts.get(kind) ?? 0;
    while (claimed.has(`${kind}-${index}`)) index++;
    counts.set(kind, index + 1);
    return `${kind}-${index}`;
  }

  /** Whether `next` has given this one, or passed it over. */
  function isGiven(id: string): boolean {
    const [, kind = "", index] = NUMBERED.exec(id) ?? [];
    return Number(index) < (counts.get(kind) ?? 0);
  }

  return {
    next,
    claim(wireId, kind) {
      if (wireId === "" || claimed.has(wireId) || isGiven(wireId)) return next(kind);
      claimed.add(wireId);
      return wireId;
    },
  };
}

/** Keeps the starts of blocks that have not ended, by the shape of values alone. */
export interface OpenBlocks {
  note(this: void, value: unknown): void;
  /** In the order in which they began. */
  open(this: void): unknown[];
}

export function openBlocks(): OpenBlocks {
  const starts = new Map<string, unknown>(); // by the kind of block and its id

  return {
    note(value) {
      const { type, id, blocks } = Object(value) as {
        type?: unknown;
        id?: unknown;
        blocks?: unknown;
      };
      if (typeof type !== "string") return;
      if (type === "reset" && Array.isArray(blocks)) {
        for (const [key, start] of starts) if (blocks.includes(idOf(start))) starts.delete(key);
      } else if (typeof id !== "string") return;
      else if (type.endsWith("-start")) starts.set(keyOf(type, "-start", id), value);
      else if (type.endsWith("-end")) starts.delete(keyOf(type, "-end", id));
    },
    open: () => [...starts.values()],
  };
}

function keyOf(type: string, ending: string, id: string): string {
  return `${type.slice(0, -ending.length)} ${id}`;
}

function idOf(start: unknown): unknown {
  return (start as { id: unknown }).id;
}

import { stage, type Emit, type Machine, type Stage } from "@millrace/core";

/** What is looked at in a part. */
interface PartShape {
  type?: unknown;
  id?: unknown;
  choice?: unknown;
  delta?: unknown;
  providerMetadata?: unknown;
  blocks?: unknown;
}

/**
 * Cuts the text in a stream of strings or of parts into units, by a stage that cuts strings: one
 * machine for all strings, and one for each block of text or reasoning.
 */
export function textUnits<T>(by: Stage<string, string>): Stage<T, T> {
  return stage((emit) => {
    const open = new Map<unknown, Block>(); // by their ids; all strings are one without an id
    const give = emit as Emit<unknown>;

    function start(id: unknown, choice: unknown, put: Emit<string>): Block {
      const block = { machine: by.start(put), choice };
      open.set(id, block);
      return block;
    }

    function close(id: unknown): void {
      const block = open.get(id);
      open.delete(id);
      block?.machine.flush();
    }

    function pushDelta({ type, id, choice, delta, providerMetadata }: PartShape): void {
      const own = choice === undefined ? { type, id } : { type, id, choice };
      const put = (unit: string) => {
        give({ ...own, delta: unit });
      };
      (open.get(id) ?? start(id, choice, put)).machine.push(delta as string);
      if (providerMetadata !== undefined) give({ ...own, delta: "", providerMetadata });
    }

    /** What a part means for the blocks that are open. */
    function heed({ type, id, choice, blocks }: PartShape): void {
      if (type === "text-end" || type === "reasoning-end") close(id);
      else if (type === "finish") {
        for (const [id, block] of open) if ((block.choice ?? 0) === (choice ?? 0)) close(id);
      } else if (type === "reset" && Array.isArray(blocks)) {
        for (const block of blocks as unknown[]) open.delete(block);
      }
    }

    return {
      push(item) {
        if (typeof item === "string") {
          (open.get(undefined) ?? start(undefined, undefined, give)).machine.push(item);
        } else if (isDelta(item)) pushDelta(item);
        else {
          heed(Object(item) as PartShape);
          emit(item);
        }
      },
      flush() {
        for (const id of open.keys()) close(id);
      },
      fail(reason) {
        for (const { machine } of open.values()) machine.fail(reason);
      },
    };
  });
}

interface Block {
  machine: Required<Machine<string>>;
  choice: unknown;
}

function isDelta(item: unknown): item is PartShape {
  const { type, delta } = Object(item) as PartShape;
  const isText = type === "text-delta" || type === "reasoning-delta";
  return isText && typeof delta === "string" && delta !== "";
}

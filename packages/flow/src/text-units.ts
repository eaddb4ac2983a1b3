import { stage, type Emit, type Machine, type Stage } from "@millrace/core";

/** What is looked at in a part. */
interface PartShape {
  type?: unknown;
  id?: unknown;
  choice?: unknown;
  delta?: unknown;
  blocks?: unknown;
}

/**
 * Cuts the text in a stream of strings or of parts into units, by a stage that cuts strings: one
 * machine for all strings, and one for each block of text or reasoning.
 */
export function textUnits<T>(by: Stage<string, string>): Stage<T, T> {
  return stage((emit) => {
    const machines = new Map<unknown, Required<Machine<string>>>(); // by the id of the block
    const give = emit as Emit<unknown>;

    function open(id: unknown, put: Emit<string>): Required<Machine<string>> {
      const machine = by.start(put);
      machines.set(id, machine);
      return machine;
    }

    function close(id: unknown): void {
      const machine = machines.get(id);
      machines.delete(id);
      machine?.flush();
    }

    function closeAll(): void {
      for (const id of [...machines.keys()]) close(id);
    }

    function pushDelta({ type, id, choice, delta }: PartShape): void {
      const put = (unit: string) => {
        give(choice === undefined ? { type, id, delta: unit } : { type, id, choice, delta: unit });
      };
      (machines.get(id) ?? open(id, put)).push(delta as string);
    }

    /** What a part means for the blocks that are open. */
    function heed({ type, id, blocks }: PartShape): void {
      if (type === "text-end" || type === "reasoning-end") close(id);
      else if (type === "finish") closeAll();
      else if (type === "reset" && Array.isArray(blocks)) {
        for (const block of blocks as unknown[]) machines.delete(block);
      }
    }

    return {
      push(item) {
        if (typeof item === "string") (machines.get(undefined) ?? open(undefined, give)).push(item);
        else if (isDelta(item)) pushDelta(item);
        else {
          heed(Object(item) as PartShape);
          emit(item);
        }
      },
      flush: closeAll,
      fail(reason) {
        for (const machine of machines.values()) machine.fail(reason);
      },
    };
  });
}

function isDelta(item: unknown): item is PartShape {
  const { type, delta } = Object(item) as PartShape;
  const isText = type === "text-delta" || type === "reasoning-delta";
  return isText && typeof delta === "string" && delta !== "";
}

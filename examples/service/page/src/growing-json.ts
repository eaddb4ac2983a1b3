import type { Machine } from "@millrace/core";
import { partialJson } from "@millrace/parsers";

/** One JSON document, as far as it has come. */
export interface Tree {
  name: string;
  value: unknown;
  complete: boolean;
  /** Why it cannot grow any more. */
  problem?: string;
}

const DEEPEST = 64; // nobody looks deeper, and each level is a list in a list

/** Lets a tree grow by the text that is pushed. What is no JSON stays as it was, with the reason. */
export function growTree(name: string): Machine<string> & { readonly tree: Tree } {
  const tree: Tree = { name, value: undefined, complete: false };
  const machine = partialJson({ maxDepth: DEEPEST }).start((draft) => {
    tree.value = draft.value;
    tree.complete = draft.complete;
  });

  function attempt(step: () => void): void {
    if (tree.problem !== undefined) return;
    try {
      step();
    } catch (error) {
      tree.problem = (error as Error).message;
    }
  }

  return {
    tree,
    push: (text) => attempt(() => machine.push(text)),
    flush: () => attempt(() => machine.flush()),
  };
}

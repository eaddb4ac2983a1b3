import type { Wire } from "../shared/wire.ts";

/** A block of content between its start and its stop. */
export interface OpenBlock {
  /** The id of its parts, if it has any. */
  id: string | undefined;
  /** Whether it takes this delta; another delta begins another block. */
  delta(delta: Wire, type: string): boolean;
  stop(): void;
}

import type { OpenWorld } from "./world.ts";

/** What a store must do, by the sentence that says so. */
export type Cases = Record<string, (world: OpenWorld) => Promise<void>>;

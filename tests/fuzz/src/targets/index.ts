import type { AnyTarget } from "../target.ts";
import { bufferTargets } from "./buffers.ts";
import { parserTargets } from "./parsers.ts";
import { partTargets } from "./parts.ts";
import { socketTargets } from "./sockets.ts";
import { wireTargets } from "./wires.ts";

export const targets: readonly AnyTarget[] = [
  ...bufferTargets,
  ...parserTargets,
  ...wireTargets,
  ...partTargets,
  ...socketTargets,
];

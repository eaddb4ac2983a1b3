import { isLonger } from "./bytes.ts";
import { closeCodes } from "./close-codes.ts";
import { isDeeper } from "./depth.ts";
import type { FrameLimits } from "./limits.ts";

const SECOND = 1_000;

/** What came in, as an object with a type; or why the connection must end. */
export type Admitted = { frame: Fields } | { code: number; reason: string };

/** The fields of a frame, of which nothing is known yet but that there is a type. */
export interface Fields {
  readonly type: string;
  readonly [name: string]: unknown;
}

/**
 * Looks at whatever comes before anything is made of it: too large, too often, binary, no JSON, too
 * deep, no object with a type. All protocols of this package stand behind it.
 */
export function openGate(limits: FrameLimits, opened: number): Gate {
  const { maxFrameBytes, maxFramesPerSecond, maxDepth } = limits;
  const most = 2 * maxFramesPerSecond;
  let allowed = most; // frames that may come now: a bucket that time fills again
  let filled = opened;

  return (data, now) => {
    allowed = Math.min(most, allowed + ((now - filled) * maxFramesPerSecond) / SECOND);
    filled = now;
    if (allowed < 1) return { code: closeCodes.tooManyFrames, reason: "too many frames" };
    allowed--;

    if (typeof data !== "string") return { code: closeCodes.notText, reason: "not a text frame" };
    if (isLonger(data, maxFrameBytes)) {
      return { code: closeCodes.frameTooLarge, reason: "frame too large" };
    }
    if (isDeeper(data, maxDepth)) return { code: closeCodes.badFrame, reason: "JSON too deep" };
    const frame = parse(data);
    if (frame === undefined) return { code: closeCodes.badFrame, reason: "not a frame" };
    return { frame };
  };
}

export type Gate = (data: unknown, now: number) => Admitted;

function parse(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return typeof (value as Fields).type === "string" ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

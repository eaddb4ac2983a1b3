import { isLonger } from "./bytes.ts";
import { closeCodes } from "./close-codes.ts";
import { isDeeper } from "./depth.ts";
import type { FrameLimits } from "./limits.ts";

/** What came in, as an object with a type; or why the connection must end. */
export type Admitted = { frame: Fields } | { code: number; reason: string };

/** The fields of a frame, of which nothing is known yet but that there is a type. */
export interface Fields {
  readonly type: string;
  readonly [name: string]: unknown;
}

/**
 * Looks at whatever comes before anything is made of it: too large, binary, no JSON, too
 * deep, no object with a type. All protocols of this package stand behind it.
 */
export function openGate({ maxFrameBytes, maxDepth }: FrameLimits): Gate {
  return (data) => {
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

export type Gate = (data: unknown) => Admitted;

function parse(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return typeof (value as Fields).type === "string" ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

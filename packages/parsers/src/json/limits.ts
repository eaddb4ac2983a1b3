import type { LimitError } from "@millrace/core";
import { unitLimit } from "@millrace/core/text";

/** What a JSON value, or a line that holds one, may be long unless told otherwise: 16 MiB. */
const DEFAULT_MAX_JSON_LENGTH = 16_777_216;

/** How deep containers may nest unless told otherwise. */
const DEFAULT_MAX_DEPTH = 512;

export interface JsonLimitsOptions {
  /** The factory's name, as in `jsonValues`. */
  stage: string;
  /** What cannot go on, as in `read JSON values`. */
  action: string;
  /** What is limited, as in `a value`. */
  unit: string;
  maxLength?: number | undefined;
  maxDepth?: number | undefined;
}

/** The limits of a stage that reads JSON, and its names for errors. */
export interface JsonLimits {
  readonly stage: string;
  readonly action: string;
  readonly maxLength: number;
  readonly maxDepth: number;
  /** Makes the error for the offset of the first unit over the limit. */
  readonly tooLong: (offset: number) => LimitError;
  /** The same, of the bracket that nests too deep. */
  readonly tooDeep: (offset: number) => LimitError;
}

/** Checks limits, and fills in those that are not given. */
export function jsonLimits(options: JsonLimitsOptions): JsonLimits {
  const {
    stage,
    action,
    unit,
    maxLength = DEFAULT_MAX_JSON_LENGTH,
    maxDepth = DEFAULT_MAX_DEPTH,
  } = options;
  return {
    stage,
    action,
    maxLength,
    maxDepth,
    tooLong: unitLimit({ stage, action, unit, max: maxLength }),
    tooDeep: unitLimit({ stage, action, unit: "nesting", option: "maxDepth", max: maxDepth }),
  };
}

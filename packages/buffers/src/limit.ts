import { LimitError } from "@millrace/core";

/** What a unit of text may hold unless told otherwise: 1 MiB. */
export const DEFAULT_MAX_LENGTH = 1_048_576;

/** A limit that no unit can pass by accident: NaN would never trip. */
export function checkMaxLength(stage: string, maxLength: number): void {
  if (maxLength >= 1 && (maxLength === Infinity || Number.isInteger(maxLength))) return;
  throw new RangeError(
    `Cannot split ${stage}: maxLength must be a whole number, 1 or more, not ${maxLength}`,
  );
}

/** @param offset of the unit that was one too many */
export function tooLong(
  stage: string,
  unit: string,
  maxLength: number,
  offset: number,
): LimitError {
  return new LimitError(`Cannot split ${stage}: a ${unit} grew beyond maxLength ${maxLength}`, {
    stage,
    offset,
  });
}

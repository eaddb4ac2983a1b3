import { LimitError } from "@millrace/core";

/** What a unit of text may hold unless told otherwise: 1 MiB. */
export const DEFAULT_MAX_LENGTH = 1_048_576;

/** A limit of NaN would never trip, one of 0 at once. */
export function checkMaxLength(stage: string, maxLength: number): void {
  if (maxLength >= 1) return;
  throw new RangeError(`Cannot split ${stage}: maxLength must be 1 or more, not ${maxLength}`);
}

/** @param offset of the unit that was one too many */
export function tooLong(stage: string, maxLength: number, offset: number): LimitError {
  const unit = stage.slice(0, -1);
  return new LimitError(`Cannot split ${stage}: a ${unit} grew beyond maxLength ${maxLength}`, {
    stage,
    offset,
  });
}

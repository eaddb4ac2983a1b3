import { StoreError } from "@millrace/core/store";

export function fenced(verb: string, id: string, epoch: number): StoreError {
  const message = `Cannot ${verb} ${id}: epoch ${String(epoch)} may not write it any more`;
  return new StoreError(message, { code: "fenced", id });
}

export function gap(id: string, first: number): StoreError {
  const message = `Cannot append to ${id}: entry ${String(first - 1)} is not there`;
  return new StoreError(message, { code: "gap", id });
}

export function missing(id: string): StoreError {
  return new StoreError(`Cannot read ${id}: there is no such stream`, { code: "gone", id });
}

export function trimmed(id: string, seq: number): StoreError {
  const message = `Cannot read ${id}: entry ${String(seq)} is not there any more`;
  return new StoreError(message, { code: "gone", id });
}

export function full(verb: string, id: string, cause: unknown): StoreError {
  return new StoreError(`Cannot ${verb} ${id}: the store is full`, { code: "full", id, cause });
}

export function tooLarge(id: string, seq: number, mostBytes: number): StoreError {
  const message = `Cannot append to ${id}: entry ${String(seq)} does not fit into ${String(mostBytes)} bytes`;
  return new StoreError(message, { code: "too-large", id });
}

export function closed(verb: string, id: string): StoreError {
  const message = `Cannot ${verb} ${id}: the store is closed`;
  return new StoreError(message, { code: "closed", id });
}

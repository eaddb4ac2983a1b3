import { expect } from "vitest";

// What the modules made of examples import.

/** Compares what an example gives with what it claims. */
export function equal(place: string, actual: unknown, expected: unknown): void {
  expect(actual, place).toEqual(expected);
  compared.add(place);
}

/** A claim that no run comes by would hold whatever it says. */
export function reached(places: string[]): void {
  for (const place of places) expect(compared.has(place), `${place} was never reached`).toBe(true);
}

const compared = new Set<string>();

const logsByPlace = new Map<string, unknown[]>();

/** Stands in for `console.log`. */
export function logged(place: string): (...values: unknown[]) => void {
  return (...values) => {
    logsByPlace.set(place, [...logs(place), ...values]);
  };
}

/** All that the statement at this place has logged. */
export function logs(place: string): unknown[] {
  return logsByPlace.get(place) ?? [];
}

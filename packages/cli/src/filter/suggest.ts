import { fit, type Kind } from "./kind.ts";
import { STAGES } from "./stages.ts";
import { readUsage } from "./usage.ts";

/** The names of the stages that take what is given. */
export function fitting(given: Kind): string[] {
  return Object.entries(STAGES)
    .filter(([, { takes }]) => fit(given, takes) !== undefined)
    .map(([name]) => name);
}

/** The fewest stages, none with arguments, that make of what is given something that is wanted. */
export function wayTo(given: Kind, wanted: readonly Kind[]): string[] | undefined {
  const seen = new Set<Kind>([given]);
  let ways: { kind: Kind; names: string[] }[] = [{ kind: given, names: [] }];
  while (ways.length > 0) {
    const found = ways.find(({ kind }) => fit(kind, wanted) !== undefined);
    if (found !== undefined) return found.names;
    ways = ways.flatMap(({ kind, names }) =>
      Object.entries(STAGES).flatMap(([name, { takes, gives, usage }]) => {
        if (gives === "same" || seen.has(gives) || fit(kind, takes) === undefined) return [];
        if (readUsage(usage).required.length > 0) return [];
        seen.add(gives);
        return [{ kind: gives, names: [...names, name] }];
      }),
    );
  }
  return undefined;
}

/** The name that was probably meant. */
export function closest(name: string, names: readonly string[]): string | undefined {
  const near = names
    .map((other) => ({ other, distance: distance(name.toLowerCase(), other) }))
    .sort((a, b) => a.distance - b.distance)[0];
  if (near === undefined) return undefined;
  return near.distance <= Math.max(1, Math.floor(name.length / 3)) ? near.other : undefined;
}

/** How many letters have to be put in, taken out or replaced. */
function distance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(from).entries()) {
    const current = [row + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = previous[column]! + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, previous[column + 1]! + 1, current[column]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}

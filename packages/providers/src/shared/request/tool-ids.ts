/**
 * Ids of calls as a provider accepts them: others, such as those that `joinHops` has put a number
 * before, become `call00001`, `call00002` … The same id is always the same in one prompt, so that
 * results find their calls.
 */
export function toolIds(accepts: RegExp): (id: string) => string {
  const wireIds = new Map<string, string>();
  const taken = new Set<string>();
  let count = 0;

  return (id) => {
    const known = wireIds.get(id);
    if (known !== undefined) return known;
    let wireId = id;
    while (!accepts.test(wireId) || taken.has(wireId)) {
      wireId = `call${String(++count).padStart(DIGITS, "0")}`;
    }
    wireIds.set(id, wireId);
    taken.add(wireId);
    return wireId;
  };
}

const DIGITS = 5; // with them it has the nine characters that Mistral demands

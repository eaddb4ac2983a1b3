// All that the cases ask for: no test framework runs on every runtime.

/** Throws unless both have the same JSON. */
export function equal(actual, expected) {
  const [seen, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (seen !== wanted) throw new Error(`${seen} instead of ${wanted}`);
}

/** What a promise is rejected with. */
export async function failureOf(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

export async function readAll(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

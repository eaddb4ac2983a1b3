/** Whether two outputs are the same value: by structure, with errors by what a user sees of them. */
export function equal(left: unknown, right: unknown): boolean {
  return compare(left, right, undefined);
}

/** Two values that are being compared, and those that they stand in. */
interface Pair {
  left: object;
  right: object;
  within: Pair | undefined;
}

function compare(left: unknown, right: unknown, within: Pair | undefined): boolean {
  if (Object.is(left, right)) return true;
  if (!isObject(left) || !isObject(right) || kind(left) !== kind(right)) return false;
  for (let pair = within; pair !== undefined; pair = pair.within) {
    // A cycle has come round: what differs, if anything, differs elsewhere.
    if (pair.left === left && pair.right === right) return true;
  }
  return compareInside(left, right, { left, right, within });
}

function compareInside(left: Fields, right: Fields, within: Pair): boolean {
  if (left instanceof Error && right instanceof Error) return equalErrors(left, right, within);
  if (left instanceof Date && right instanceof Date)
    return Object.is(left.getTime(), right.getTime());
  if (left instanceof Map && right instanceof Map) return equalLists([...left], [...right], within);
  if (left instanceof Set && right instanceof Set) return equalLists([...left], [...right], within);
  if (left instanceof ArrayBuffer && right instanceof ArrayBuffer) {
    return equalLists(new Uint8Array(left), new Uint8Array(right), within);
  }
  if (left instanceof DataView && right instanceof DataView) {
    return equalLists(bytesOf(left), bytesOf(right), within);
  }
  if (isIndexed(left) && isIndexed(right)) return equalLists(left, right, within);
  const keys = Object.keys(left);
  if (keys.length === 0 && textOf(left) !== textOf(right)) return false;
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && compare(left[key], right[key], within))
  );
}

const VISIBLE = ["name", "message", "code", "stage", "offset"];

function equalErrors(left: object, right: object, within: Pair): boolean {
  const [a, b] = [left, right] as [Fields, Fields];
  return VISIBLE.every((key) => compare(a[key], b[key], within));
}

function equalLists(left: ArrayLike<unknown>, right: ArrayLike<unknown>, within: Pair): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (!compare(left[index], right[index], within)) return false;
  }
  return true;
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What has no field to compare, such as a URL or a regular expression, says as text what it is. */
function textOf(value: { toString?: () => string }): string {
  return value.toString?.() ?? kind(value);
}

type Fields = Record<string, unknown>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isIndexed(value: object): value is ArrayLike<unknown> & object {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}

function kind(value: object): string {
  return Object.prototype.toString.call(value);
}

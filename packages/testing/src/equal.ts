/** Whether two outputs are the same value: by structure, with errors by what a user sees of them. */
export function equal(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (!isObject(left) || !isObject(right) || kind(left) !== kind(right)) return false;
  if (left instanceof Error && right instanceof Error) return equalErrors(left, right);
  if (left instanceof Date && right instanceof Date)
    return Object.is(left.getTime(), right.getTime());
  if (left instanceof Map && right instanceof Map) return equalLists([...left], [...right]);
  if (left instanceof Set && right instanceof Set) return equalLists([...left], [...right]);
  if (left instanceof ArrayBuffer && right instanceof ArrayBuffer) {
    return equalLists(new Uint8Array(left), new Uint8Array(right));
  }
  if (left instanceof DataView && right instanceof DataView) {
    return equalLists(bytesOf(left), bytesOf(right));
  }
  if (isIndexed(left) && isIndexed(right)) return equalLists(left, right);
  const keys = Object.keys(left);
  if (keys.length === 0 && textOf(left) !== textOf(right)) return false;
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
  );
}

const VISIBLE = ["name", "message", "code", "stage", "offset"];

function equalErrors(left: object, right: object): boolean {
  const [a, b] = [left, right] as [Record<string, unknown>, Record<string, unknown>];
  return VISIBLE.every((key) => equal(a[key], b[key]));
}

function equalLists(left: ArrayLike<unknown>, right: ArrayLike<unknown>): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (!equal(left[index], right[index])) return false;
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isIndexed(value: object): value is ArrayLike<unknown> & object {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}

function kind(value: object): string {
  return Object.prototype.toString.call(value);
}

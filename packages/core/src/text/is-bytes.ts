/**
 * Whether these are bytes, of whatever realm: a page's frame and a test in jsdom have a class of their
 * own.
 *
 * @example
 * ```ts
 * import { isBytes } from "@millrace/core/text";
 *
 * isBytes(new TextEncoder().encode("mill")); // => true
 * isBytes([109]); // => false
 * ```
 */
export function isBytes(value: unknown): value is Uint8Array {
  return (
    value instanceof Uint8Array ||
    (ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]")
  );
}

const BYTES = 16;
const HEXADECIMAL = 16;

/** A name that nobody guesses. `crypto.randomUUID` is missing on pages that were not loaded securely. */
export function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(HEXADECIMAL).padStart(2, "0")).join("");
}

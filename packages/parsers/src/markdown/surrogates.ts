const FIRST_HIGH_SURROGATE = 0xd800;
const LAST_HIGH_SURROGATE = 0xdbff;

/** Whether the other half of a surrogate pair is still to come. */
export function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= FIRST_HIGH_SURROGATE && last <= LAST_HIGH_SURROGATE;
}

const FIRST_HIGH = 0xd800;
const FIRST_LOW = 0xdc00;
const LAST_LOW = 0xdfff;

export function isLowSurrogate(code: number): boolean {
  return code >= FIRST_LOW && code <= LAST_LOW;
}

export function isHighSurrogate(code: number): boolean {
  return code >= FIRST_HIGH && code < FIRST_LOW;
}

/** Whether a text may go on with the other half of its last character. */
export function endsInHighSurrogate(text: string): boolean {
  return isHighSurrogate(text.charCodeAt(text.length - 1));
}

/** Refuses what would be found everywhere. */
export function checkLiterals(action: string, literals: readonly string[]): void {
  if (literals.includes("")) {
    throw new RangeError(`Cannot ${action}: an empty string stands everywhere`);
  }
}

const LOOKS_LIKE_ONE = /^[^/?#]*\/\/[^/?#]*@/;

/** A URL with a name or a password in it: the platform refuses it, in words that repeat all of it. */
export function hasCredentials(address: string): boolean {
  if (!URL.canParse(address)) return LOOKS_LIKE_ONE.test(address); // it is refused for another fault
  const { username, password } = new URL(address);
  return username !== "" || password !== "";
}

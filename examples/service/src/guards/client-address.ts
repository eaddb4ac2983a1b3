const GROUPS = 8; // of an IPv6 address
const NETWORK = 4; // of these: what one customer of a provider has, at the least

/**
 * Whose address is counted: the peer's or, behind proxies that are trusted, the one that the first of
 * them saw. Each proxy adds to `x-forwarded-for` whom it was asked by; what stands further left is
 * what somebody claims.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | null | undefined,
  trustedProxies: number,
): string {
  const hops = (forwardedFor ?? "").split(",").map((hop) => hop.trim());
  const seen = trustedProxies === 0 ? undefined : hops.at(-trustedProxies);
  return networkOf(seen !== undefined && /^[\da-f.:]{2,45}$/i.test(seen) ? seen : (peer ?? ""));
}

/** Who has one address of IPv6 has 2^64 of them. */
function networkOf(address: string): string {
  const [, mapped] = /^::ffff:([\d.]+)$/i.exec(address) ?? [];
  if (mapped !== undefined || !address.includes(":")) return mapped ?? address;
  const [head = [], tail] = address
    .split("::")
    .map((groups) => (groups === "" ? [] : groups.split(":")));
  const missing = tail === undefined ? 0 : Math.max(0, GROUPS - head.length - tail.length);
  const groups = [...head, ...Array<string>(missing).fill("0"), ...(tail ?? [])];
  return `${groups.slice(0, NETWORK).join(":").toLowerCase()}::/64`;
}

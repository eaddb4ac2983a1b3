import { millraceV1 } from "../protocol/millrace-server.ts";
import type { ServerProtocol } from "../protocol/server-machine.ts";
import type { ServeSocketOptions, SocketHandler } from "../serve-socket.ts";

/**
 * A protocol that is spoken at a path beside others, and what answers its requests. Options that are
 * given here count more than those of all.
 */
export interface SpokenProtocol<User = unknown> extends Omit<
  ServeSocketOptions<User>,
  "request" | "session" | "allowedOrigins"
> {
  handler: SocketHandler<never, User>;
}

/** How a client is answered. */
export interface Spoken<User> extends SpokenProtocol<User> {
  protocol: ServerProtocol;
}

/** The protocols of a path, of which a client chooses one in its handshake. */
export interface Choice<User> {
  readonly all: readonly Spoken<User>[];
  /** The subprotocol to agree to, out of those that a client asks for in its own order. */
  agreeTo(this: void, asked: Iterable<string>): string | undefined;
  /** By the subprotocol that was agreed to, if one was. */
  of(this: void, subprotocol: string): Spoken<User>;
}

export function chooseFrom<User>(
  given: readonly SpokenProtocol<User>[],
  common: Omit<ServeSocketOptions<User>, "request" | "session">,
): Choice<User> {
  const all = given.map((own) => {
    const both = { ...common, ...own };
    return { ...both, protocol: both.protocol ?? millraceV1 };
  });
  const byName = new Map<string | undefined, Spoken<User>>();
  for (const each of all) {
    const { subprotocol } = each.protocol;
    if (byName.has(subprotocol)) {
      const which = subprotocol ?? "without a subprotocol";
      throw new TypeError(`Cannot accept sockets: two protocols are ${which}`);
    }
    byName.set(subprotocol, each);
  }
  const otherwise = byName.get(undefined) ?? all[0];
  if (otherwise === undefined) throw new TypeError("Cannot accept sockets: no protocol is given");

  return {
    all,
    agreeTo: (asked) => [...asked].find((name) => byName.has(name)),
    of: (subprotocol) => byName.get(subprotocol) ?? otherwise,
  };
}

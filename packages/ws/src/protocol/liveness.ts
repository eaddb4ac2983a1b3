/** Tells whether the other side is still there: whatever comes from it proves that it is. */
export interface Liveness {
  heard(this: void, now: number): void;
  /** What time asks for: nothing, to send a ping, or to give the connection up. */
  check(this: void, now: number): "alive" | "ping" | "dead";
  /** When to check again. */
  due(this: void): number;
}

/** After `heartbeat` milliseconds of silence it pings; after half as much again it gives up. */
export function openLiveness(heartbeat: number, opened: number): Liveness {
  const patience = heartbeat / 2;
  let heardAt = opened;
  let pingedAt: number | undefined; // since it was last heard

  const due = () => (pingedAt === undefined ? heardAt + heartbeat : pingedAt + patience);

  return {
    heard(now) {
      heardAt = now;
      pingedAt = undefined;
    },
    check(now) {
      if (now < due()) return "alive";
      if (pingedAt !== undefined) return "dead";
      pingedAt = now;
      return "ping";
    },
    due,
  };
}

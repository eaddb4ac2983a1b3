/**
 * What is kept of a stream, each under a subject of its own: the log, and the last of each of the signs.
 * `alive`: the producer gave a sign of life. `read`: a reader was there. `stop`: somebody wishes it to
 * stop. (`clock` is of a store: by it, it learns the server's time.)
 */
export type Sign = "alive" | "read" | "stop" | "clock";

export interface Subjects {
  log(this: void, id: string): string;
  sign(this: void, sign: Sign, id: string): string;
  /** All logs; all signs. */
  readonly logs: string;
  readonly signs: string;
  /** Names of the JetStream streams. */
  readonly logStream: string;
  readonly signStream: string;
}

export function subjectsOf(name: string): Subjects {
  return {
    log: (id) => `${name}.log.${tokenOf(id)}`,
    sign: (sign, id) => `${name}.sign.${sign}.${tokenOf(id)}`,
    logs: `${name}.log.*`,
    signs: `${name}.sign.*.*`,
    logStream: `${name}-log`,
    signStream: `${name}-sign`,
  };
}

// What a line of the protocol takes, 4 KiB, less what stands in it beside the id. Beyond, the server
// hangs up, on everything else that the connection does.
const LONGEST_TOKEN = 3_100;

/** An id as one token of a subject, never empty. */
function tokenOf(id: string): string {
  const encoded = encodeURIComponent(id);
  const token = `_${encoded.replace(/[.*]/g, (found) => (found === "." ? "%2E" : "%2A"))}`;
  if (token.length <= LONGEST_TOKEN) return token;
  const bytes = new TextEncoder().encode(id);
  if (bytes.length > LONGEST_TOKEN / 2) throw new RangeError("The id is too long for NATS");
  return `=${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

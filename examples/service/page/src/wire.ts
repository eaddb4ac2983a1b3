import { metrics, type MetricsStage } from "@millrace/flow";

/** What the network has brought of an answer. It only grows. */
export interface Wire {
  connections: Connection[];
  /** When chunks came, and how many units of text had come by then. */
  arrivals: Arrival[];
  meter: MetricsStage<Uint8Array | string>;
  /** Events with a number, those that came twice, and those that never came. */
  events: number;
  doubled: number;
  missing: number;
  lastSeq: number;
  /** The last event before each return. */
  returns: number[];
}

/** What one connection has brought. */
export interface Connection {
  chunks: Uint8Array[];
  /** How many of its bytes have reached the decoder: the rest was lost with the connection. */
  taken: number;
}

export interface Arrival {
  /** Milliseconds since the question was asked. */
  at: number;
  characters: number;
}

export function emptyWire(since: number): Wire {
  return {
    connections: [],
    arrivals: [],
    meter: metrics({ since }),
    events: 0,
    doubled: 0,
    missing: 0,
    lastSeq: 0,
    returns: [],
  };
}

/** Counts an event by its number. Events are numbered from 1, without gaps. */
export function countEvent(wire: Wire, seq: number): void {
  wire.events++;
  if (seq <= wire.lastSeq) wire.doubled++;
  else {
    wire.missing += seq - wire.lastSeq - 1;
    wire.lastSeq = seq;
  }
}

/** The chunks of each connection, as far as the decoder has seen them. */
export function decodedChunks({ connections }: Wire): Uint8Array[][] {
  return connections.map(({ chunks, taken }) => {
    let left = taken;
    return chunks.flatMap((chunk) => {
      const seen = chunk.subarray(0, left);
      left -= seen.length;
      return seen.length === 0 ? [] : [seen];
    });
  });
}

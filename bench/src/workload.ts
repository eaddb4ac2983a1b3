/** Takes an output of a contender: its length is summed, and it is dropped. */
export type Sink = (output: string) => void;

/** One way to do a row's work. */
export interface Contender {
  name: string;
  /** Does the whole work once, and gives every output to the sink. */
  run: (sink: Sink) => void | Promise<void>;
  /** What the design asks of ours; peers have none. */
  targets?: readonly Target[];
  /** Its outputs are not the answer, since it only moves the input: they are not compared. */
  silent?: true;
}

/** The median ratio to `of` (the reference, unless named) is to be `atMost` this. */
export interface Target {
  atMost: number;
  of?: string;
}

/** One piece of work, done by all contenders on the same input. */
export interface Row {
  name: string;
  /** How much input a benchmark takes, in the row's own units. Tests take less. */
  size: number;
  /** What must be equal: each output, or only all of them joined, since deltas may be cut anew. */
  equal: "outputs" | "joined";
  /** Builds the input and the contenders, the reference first. */
  prepare: (size: number) => Promise<Contender[]>;
}

/** A file of `workloads/` exports one by the name `workload`. */
export interface Workload {
  about: string;
  rows: Row[];
}

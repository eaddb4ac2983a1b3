import type { MetricsStage } from "@millrace/flow";
import type { Part } from "@millrace/parts";
import type { AnswerData } from "./answer-event.ts";
import type { Fingerprints } from "./fingerprint.ts";
import type { Reading } from "./reading.ts";
import type { Wire } from "./wire.ts";

/** All that the page shows. Views are functions of it; only `main.ts` puts another one in its place. */
export interface State {
  prompt: string;
  /** Whom the service can ask, by name; the first is asked unless another is chosen. */
  models: readonly Model[];
  isReplay: boolean;
  model: string;
  other: string;
  way: Way;
  /** The service has refused to answer somebody whom it does not know. */
  needsKey: boolean;
  /** Empty: none. It is kept nowhere. */
  key: string;
  /** An index of `SIZES`. */
  size: number;
  jitter: number;
  theme: Theme;
  phase: Phase;
  problem: string | undefined;
  answer: Answer | undefined;
}

export type Way = "sse" | "socket" | "models";
export type Theme = "system" | "light" | "dark";
export type Phase = "idle" | "waiting" | "streaming" | "lost" | "finished" | "cancelled" | "failed";

export interface Model {
  name: string;
  title: string;
}

/** What has come of an answer. Its insides grow in place while it streams. */
export interface Answer {
  way: Way;
  wire: Wire;
  /** One, or one for each model that is asked. */
  columns: Column[];
  /** What the decoder got: chunks of the network, or pieces that the slider made of them. */
  pieces: Uint8Array[];
  /** When the answer has ended: what came of other cuts, beside what came of the first. */
  check: Check | undefined;
}

export interface Column {
  model: string;
  reading: Reading;
  meter: MetricsStage<Part>;
  /** How it ended. */
  done: AnswerData | undefined;
  problem: string | undefined;
}

export interface Check {
  first: Fingerprints;
  /** What differed, by the name of the cut. It stays empty, or Millrace is broken. */
  differences: string[];
  /** The cuts that have been tried. */
  sizes: ReadonlySet<number | undefined>;
}

export function isBusy({ phase }: Pick<State, "phase">): boolean {
  return phase === "waiting" || phase === "streaming" || phase === "lost";
}

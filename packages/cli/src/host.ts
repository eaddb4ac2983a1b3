/** What the program has of the process that it runs in, so that it can run in any other. */
export interface Host {
  /** What comes in, as bytes. It is looked at only by commands that read it. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** A person types what comes in. */
  readonly typed: boolean;
  /** For data. */
  readonly stdout: Output;
  /** For everything that is said about the data. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

export interface Output {
  /** Settles when it has been taken; rejects when it will not be, because the reader has gone. */
  write(this: void, data: Uint8Array | string): Promise<void>;
  readonly isTerminal: boolean;
  readonly hasColours: boolean;
  /** How wide a line may be. */
  readonly columns: number;
}

/** Each case of the suite by its name, with what is wrong, or nothing. */
export type Results = Record<string, string>;

/** A runtime that the suite runs on. */
export interface Host {
  /** With its major version, if it has one. */
  readonly name: string;
  /** Where it has to be; it is not tested if nothing is there. */
  readonly program: string;
  /** The names of the cases that are for it. */
  readonly cases: readonly string[];
  /** Runs the suite in a folder in which the packages are installed. */
  run(folder: string): Promise<Results>;
}

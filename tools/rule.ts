import type { Workspace } from "./workspace.ts";

/** A house rule as a program. */
export interface Rule {
  /** The rule in one line. */
  readonly statement: string;
  /** Every place that breaks it. */
  check(workspace: Workspace): Finding[] | Promise<Finding[]>;
}

export interface Finding {
  readonly file: string;
  /** From 1. */
  readonly line?: number | undefined;
  /** What is wrong, and what to do about it. */
  readonly message: string;
}

/** As compilers print it, so that editors and terminals can jump there. */
export function formatFinding({ file, line, message }: Finding): string {
  return `${file}${line === undefined ? "" : `:${String(line)}`}: ${message}`;
}

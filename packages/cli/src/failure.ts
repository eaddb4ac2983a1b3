/** What the process exits with. */
export const EXIT = {
  fine: 0,
  /** The stream, or the answer, is not well. */
  broken: 1,
  /** The command line is wrong. */
  usage: 2,
  /** What is outside is not there: a file, a port, a server. */
  outside: 3,
  /** As shells have it for SIGINT. */
  interrupted: 130,
} as const;

/** A reason to stop that the user is told in one sentence, without a stack. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The command line is wrong. */
export function usageFailure(message: string, hint?: string): Failure {
  return new Failure(hint === undefined ? message : `${message}\n${hint}`, EXIT.usage);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The system's word for what went wrong, such as `ENOENT`, wherever it stands. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return "cause" in error ? codeOf(error.cause) : undefined;
}

/** Whether the reader of stdout has gone. A connection that breaks says the same, but as the cause of an error. */
export function isReaderGone(error: unknown): boolean {
  return (Object(error) as { code?: unknown }).code === "EPIPE";
}

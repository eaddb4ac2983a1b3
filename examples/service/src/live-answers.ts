import { ProviderError } from "@millrace/providers";
import { Failure } from "./failure.ts";

/** What is under way in this process, for as long as it may be. */
export interface LiveAnswers {
  /** No more are begun. */
  readonly isClosing: boolean;
  /** Someone asks the upstream, writes an answer down or reads it, until `leave` is called. */
  enter(this: void, who: Role, client?: AbortSignal): LiveAnswer;
  close(this: void): void;
  /**
   * Ends askers: their answers say so. If other processes are there, it leaves what is written down to
   * them, and ends readers, who can come back.
   */
  cutOff(this: void, others: { areThere: boolean }): void;
  /** Resolves when nothing is under way. */
  idle(this: void): Promise<void>;
}

type Role = "asker" | "recorder" | "reader";

export interface LiveAnswer {
  /** Aborted when the client is gone, or the answer is cut off. */
  readonly signal: AbortSignal;
  leave(this: void): void;
}

const SOON = "1"; // seconds: another process is there, or this one is back

/** Why an answer breaks off that the process had no time for. */
export const CLOSING = new ProviderError({
  provider: "the upstream",
  error: { kind: "overloaded", message: "the service is closing", retryable: true },
});

/** What a client is told that comes too late. */
export function closing(): Failure {
  return new Failure("The service is closing: ask again.", {
    status: 503,
    kind: "overloaded",
    retryable: true,
    retryAfter: SOON,
  });
}

export function liveAnswers(): LiveAnswers {
  const live: Record<Role, Set<AbortController>> = {
    asker: new Set(),
    recorder: new Set(),
    reader: new Set(),
  };
  let isClosing = false;
  let onIdle: (() => void)[] = [];

  const isIdle = () => Object.values(live).every(({ size }) => size === 0);

  function abort(answers: Set<AbortController>): void {
    for (const answer of [...answers]) answer.abort(CLOSING);
  }

  return {
    get isClosing() {
      return isClosing;
    },
    enter(who, client) {
      const answer = new AbortController();
      const leaveWithClient = () => {
        answer.abort(client?.reason);
      };
      live[who].add(answer);
      if (client?.aborted === true) leaveWithClient();
      else client?.addEventListener("abort", leaveWithClient);
      return {
        signal: answer.signal,
        leave() {
          client?.removeEventListener("abort", leaveWithClient);
          live[who].delete(answer);
          if (!isIdle()) return;
          for (const resolve of onIdle) resolve();
          onIdle = [];
        },
      };
    },
    close() {
      isClosing = true;
    },
    cutOff({ areThere }) {
      isClosing = true;
      if (areThere) {
        abort(live.recorder); // before what they record ends: that would be the end of the answer
        abort(live.reader);
      }
      abort(live.asker);
    },
    async idle() {
      if (!isIdle()) await new Promise<void>((resolve) => onIdle.push(resolve));
    },
  };
}

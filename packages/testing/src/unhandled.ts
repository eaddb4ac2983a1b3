import { stringify } from "fast-check";
import { LawError } from "./law-error.ts";
import { turn } from "./turn.ts";

/** Does some work, which must leave no rejection that nobody handles. */
export async function handlingRejections(
  name: string,
  work: () => Promise<void>,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const watch = watchRejections();
  try {
    await work();
    await turn();
  } finally {
    watch.stop();
  }
  if (watch.reasons.length === 0) return;
  const problem = "it leaves rejections unhandled";
  // One stage or operator mostly leaves the same one over and over.
  const reasons = [...new Map(watch.reasons.map((reason) => [stringify(reason), reason])).values()];
  throw new LawError({ law: 8, stage: name, problem, facts: { ...facts, reasons } });
}

/** Notes the rejections that nobody handles, from now until it is told to stop. */
interface RejectionWatch {
  readonly reasons: readonly unknown[];
  stop(): void;
}

function watchRejections(): RejectionWatch {
  const reasons: unknown[] = [];
  const { process, addEventListener, removeEventListener } = globalThis as Partial<Host>;
  if (process?.on !== undefined) {
    const note = (reason: unknown): void => {
      reasons.push(reason);
    };
    process.on("unhandledRejection", note);
    return { reasons, stop: () => process.off?.("unhandledRejection", note) };
  }
  const note = (event: { reason?: unknown }): void => {
    reasons.push(event.reason);
  };
  addEventListener?.("unhandledrejection", note);
  return { reasons, stop: () => removeEventListener?.("unhandledrejection", note) };
}

/** What a host may have: Node and what is like it, or what browsers have. */
interface Host {
  process: Partial<Record<"on" | "off", (type: string, note: (reason: unknown) => void) => void>>;
  addEventListener: Listen;
  removeEventListener: Listen;
}

type Listen = (type: string, note: (event: { reason?: unknown }) => void) => void;

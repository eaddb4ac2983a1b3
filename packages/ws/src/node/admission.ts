import type { Clock } from "@millrace/core/clock";

/** A response that refuses, or nothing. */
type Refusal = Response | undefined;

export interface AdmissionOptions {
  clock: Clock;
  /** Milliseconds that the application has to answer. */
  timeout: number;
  /** Told of what the application throws. */
  onError?: ((error: unknown, context: object) => unknown) | undefined;
}

/** What an application says of a handshake. One that fails, or does not say in time, refuses it. */
export async function admission(
  ask: () => Refusal | PromiseLike<Refusal>,
  { clock, timeout, onError }: AdmissionOptions,
): Promise<Refusal> {
  let stopTimer: () => void = () => undefined;
  const late = new Promise<Refusal>((resolve) => {
    stopTimer = clock.after(timeout, () => {
      resolve(new Response(null, { status: 503 }));
    });
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    onError?.(error, {});
    return new Response(null, { status: 500 });
  } finally {
    stopTimer();
  }
}

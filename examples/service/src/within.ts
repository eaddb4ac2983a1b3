import { systemClock } from "@millrace/core/clock";

/** Waits for something, but not for ever: fails when it takes longer than so many milliseconds. */
export async function within<T>(milliseconds: number, something: Promise<T>): Promise<T> {
  let stop: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    stop = systemClock.after(milliseconds, () => {
      reject(new Error(`nothing came within ${milliseconds} ms`));
    });
  });
  try {
    return await Promise.race([something, late]);
  } finally {
    stop?.();
  }
}

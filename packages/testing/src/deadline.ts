const LONGEST_WAIT = 5_000;

/** What the promise gives, or `late()` where it does not settle in five seconds. */
export async function inTime<T>(promise: Promise<T>, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late());
    }, LONGEST_WAIT);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

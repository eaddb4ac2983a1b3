/** Waits for something, but not for ever: fails when it takes longer than so many milliseconds. */
export async function within<T>(milliseconds: number, something: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing came within ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    return await Promise.race([something, late]);
  } finally {
    clearTimeout(timer);
  }
}

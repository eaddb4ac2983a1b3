const PATIENCE = 60_000; // milliseconds, for a case that hangs

/** Each case by its name, with what is wrong, or nothing. */
export async function runCases(cases) {
  const results = {};
  for (const [name, hold] of Object.entries(cases)) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error("it hangs")), PATIENCE);
    });
    try {
      await Promise.race([hold(), late]);
      results[name] = "";
    } catch (error) {
      results[name] = `${String(error)}\n${error.stack}`; // only some have the message in the stack
    } finally {
      clearTimeout(timer);
    }
  }
  return results;
}

/** Whether the environment asks for the long run: more cuts, more generated inputs. */
export function isLong(): boolean {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.["MILLRACE_LONG"] === "1";
}

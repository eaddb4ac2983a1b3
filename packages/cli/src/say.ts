import type { Host } from "./host.ts";

/** Says something on stderr; where nobody hears it, it is lost, and nothing else is. */
export async function say({ stderr }: Pick<Host, "stderr">, text: string): Promise<void> {
  try {
    await stderr.write(text);
  } catch {
    // The reader has gone: of stdout that would be the end, here it is only silence.
  }
}

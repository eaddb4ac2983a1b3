import { createInterface } from "node:readline";

/** The first address on this machine that a server prints; undefined if it ends without one. */
export async function toldUrl(stdout: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  return undefined;
}

import { readFile } from "node:fs/promises";
import { codeOf, EXIT, Failure } from "../failure.ts";

/** When the bytes of a recording came: after so many milliseconds, so many of them in all. */
export interface Arrival {
  readonly at: number;
  readonly bytes: number;
}

const LINE = /^(\d+(?:\.\d+)?)\s+(\d+)$/;
const MILLISECONDS = 1_000;

/** Where the times of a recording lie unless an option says another place. */
export function timingFile(file: string): string {
  return `${file}.timing`;
}

/** Reads times: a line a chunk, the seconds since the one before it, and its bytes. */
export async function readTiming(file: string, isNeeded: boolean): Promise<Arrival[] | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (!isNeeded && codeOf(error) === "ENOENT") return undefined;
    throw new Failure(`Cannot read ${file}: ${codeOf(error) ?? String(error)}.`, EXIT.outside);
  }
  let at = 0;
  let bytes = 0;
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, index) => {
      const [, seconds, count] = LINE.exec(line.trim()) ?? [];
      if (seconds === undefined || count === undefined) {
        const found = `line ${index + 1} of ${file}`;
        throw new Failure(`Cannot read times: ${found} is not seconds and bytes.`, EXIT.broken);
      }
      at += Number(seconds) * MILLISECONDS;
      bytes += Number(count);
      return { at, bytes };
    });
}

/** One such line. */
export function timingLine(milliseconds: number, bytes: number): string {
  return `${(milliseconds / MILLISECONDS).toFixed(6)} ${bytes}\n`;
}

import type { Frame, Recording } from "@millrace/testing/replay";
import { EXIT, Failure, usageFailure } from "../failure.ts";
import { chunksOfFile } from "../inspect/chunks.ts";
import { FRAMINGS, guessFraming } from "../inspect/framings.ts";
import { piecesOf, startCutting } from "../inspect/pieces.ts";

const DEFAULT_DELAY = 20; // milliseconds, of a frame of which no time is known
const NEWLINES = /\r\n|\r|\n/g;

// Inside the strings of JSON a quote has a backslash before it, so that nothing a model says looks like it.
const ENDING =
  /\[DONE\]|"(?:finish_reason|finishReason|stop_reason|stopReason)"\s*:\s*"|"done"\s*:\s*true|"type"\s*:\s*"(?:message_stop|message-end|response\.(?:completed|incomplete|failed)|finish)"/;

/** A file as what can be replayed: one frame an event, at the time at which it came. */
export async function readRecording(file: string, framing: string | undefined): Promise<Recording> {
  if (framing !== undefined && !Object.hasOwn(FRAMINGS, framing)) {
    const names = Object.keys(FRAMINGS).join(", ");
    throw usageFailure(`--framing must be one of ${names}, not "${framing}".`);
  }
  const pieces: { bytes: Uint8Array; at: number | undefined }[] = [];
  let known = framing;
  const state = startCutting();
  for await (const { bytes, at } of chunksOfFile(file, undefined)) {
    known ??= guessFraming(bytes);
    const cutAt = FRAMINGS[known ?? ""]?.cutAt ?? "lines";
    for (const piece of piecesOf(bytes, cutAt, state)) pieces.push({ bytes: piece, at });
  }
  const found = FRAMINGS[known ?? ""];
  if (known === undefined || found === undefined) {
    throw new Failure(`${file} looks like no stream that is known: say --framing.`, EXIT.broken);
  }
  const isEvents = known === "sse";
  const isText = found.cutAt === "lines";
  const frames: Frame[] = [];
  let held: Uint8Array[] = [];
  let last = 0;

  function give(at: number | undefined): void {
    if (held.length === 0) return;
    const bytes = Buffer.concat(held);
    held = [];
    const delay = at === undefined ? DEFAULT_DELAY : at - last;
    last = at ?? last;
    frames.push(frameOf(bytes, delay, isText));
  }

  for (const { bytes, at } of pieces) {
    held.push(bytes);
    if (isText ? isEnd(bytes, isEvents) : isWhole(held)) give(at);
  }
  give(pieces.at(-1)?.at);
  return { contentType: found.contentType, frames };
}

/** An event ends with its blank line, anything else with its line. */
function isEnd(line: Uint8Array, isEvents: boolean): boolean {
  const text = Buffer.from(line).toString("latin1");
  return isEvents ? text.replace(NEWLINES, "") === "" : /[\r\n]$/.test(text);
}

/** Whether the pieces of a binary frame are all there: its first four bytes are its length. */
function isWhole(pieces: readonly Uint8Array[]): boolean {
  const bytes = Buffer.concat(pieces);
  return bytes.length >= 4 && bytes.length >= bytes.readUInt32BE();
}

/** Text is given as text where nothing is lost by it, so that line ends can be others. */
function frameOf(bytes: Buffer, delay: number, isText: boolean): Frame {
  const text = isText ? bytes.toString("utf8") : undefined;
  if (text === undefined || text.includes("\r") || !Buffer.from(text).equals(bytes)) {
    return { delay, bytes };
  }
  return { delay, text, ending: ENDING.test(text) };
}

import type { Frame, Recording } from "@millrace/testing/replay";
import { EXIT, Failure, usageFailure } from "../failure.ts";
import { chunksOfFile, type Chunk } from "../inspect/chunks.ts";
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
  const chunks: Chunk[] = [];
  for await (const chunk of chunksOfFile(file, undefined)) chunks.push(chunk);
  const whole = Buffer.concat(chunks.map(({ bytes }) => bytes));
  const name = framing ?? guessFraming(whole);
  const found = name === undefined ? undefined : FRAMINGS[name];
  if (found === undefined) {
    throw new Failure(`${file} looks like no stream that is known: say --framing.`, EXIT.broken);
  }
  const timeOf = timesOf(chunks);
  const frames: Frame[] = [];
  let begin = 0; // of the frame
  let end = 0;
  let last = 0; // when the frame before it came

  function give(): void {
    if (begin === end) return;
    const at = timeOf(end);
    const delay = at === undefined ? DEFAULT_DELAY : at - last;
    last = at ?? last;
    frames.push(frameOf(whole.subarray(begin, end), delay, found?.cutAt === "lines"));
    begin = end;
  }

  for (const piece of piecesOf(whole, found.cutAt, startCutting())) {
    end += piece.length;
    if (found.cutAt === "frames" || isEnd(piece, name === "sse")) give();
  }
  give();
  return { contentType: found.contentType, frames };
}

/** Gives when a byte was there; asked in the order of the bytes. */
function timesOf(chunks: readonly Chunk[]): (offset: number) => number | undefined {
  let index = 0;
  let known = chunks[0]?.bytes.length ?? 0; // bytes up to the end of that chunk
  return (offset) => {
    while (known < offset && index < chunks.length - 1) known += chunks[++index]!.bytes.length;
    return chunks[index]?.at;
  };
}

/** An event ends with its blank line, anything else with its line. */
function isEnd(line: Uint8Array, isEvents: boolean): boolean {
  const text = Buffer.from(line).toString("latin1");
  return isEvents ? text.replace(NEWLINES, "") === "" : /[\r\n]$/.test(text);
}

/** Text is given as text where nothing is lost by it, so that line ends can be others. */
function frameOf(bytes: Buffer, delay: number, isText: boolean): Frame {
  const ending = ENDING.test(bytes.toString("latin1"));
  const text = isText ? bytes.toString("utf8") : "";
  const isSame = isText && !text.includes("\r") && Buffer.from(text).equals(bytes);
  return isSame ? { delay, text, ending } : { delay, bytes, ending };
}

import type {
  CommentOptions,
  Conditions,
  ErrorEventFault,
  Fault,
  Place,
  StatusFault,
} from "./conditions.ts";
import { joggle, resize } from "./cuts.ts";
import { errorFields, jsonPage, page, problem, type Frame, type Recording } from "./recording.ts";

/** One write to the socket. */
export interface Step {
  /** Milliseconds after the step before it. */
  delay: number;
  bytes: Uint8Array;
}

/** How the answer ends; with `hang` and `refuse` it never begins. */
type Close = "end" | "disconnect" | "stall" | "endless-line" | "hang" | "refuse";

/** All that is sent, and how it ends: a recording under given conditions, before any socket. */
export interface Arrangement {
  status: number;
  headers: Record<string, string>;
  steps: Step[];
  close: Close;
}

/**
 * Applies conditions to a recording: a pure function, linear in the recording. An error page is
 * never broken further, so that a test sees what is wrong with its request.
 */
export function arrange(recording: Recording, conditions: Conditions, seed: number): Arrangement {
  const isAnswer = (recording.status ?? OK) < LOWEST_ERROR;
  const fail = isAnswer ? conditions.fail : undefined;
  if (fail?.kind === "status") return perform(statusPage(fail), conditions, undefined, seed);
  return perform(recording, conditions, fail, seed);
}

const OK = 200;
const LOWEST_ERROR = 400;
const EVENT_STREAM = "text/event-stream";

type BodyFault = Exclude<Fault, StatusFault>;
type PlacedFault = Extract<Fault, Place>;

function statusPage({ status, json, html, headers }: StatusFault): Recording {
  if (html !== undefined) return page(status, "text/html; charset=utf-8", html, headers);
  if (json !== undefined) return jsonPage(status, json, headers);
  return problem(status, `The replay upstream was told to answer ${status}.`, undefined, headers);
}

function perform(
  { status = OK, contentType, headers, frames }: Recording,
  conditions: Conditions,
  fail: BodyFault | undefined,
  seed: number,
): Arrangement {
  const place = fail !== undefined && isPlaced(fail) ? fail : undefined;
  const isEventStream = contentType.startsWith(EVENT_STREAM);

  let told = place?.after === undefined ? frames : frames.slice(0, frameIndex(place.after, frames));
  if (isEventStream) told = withComments(told, conditions.comments ?? false);
  const newline = isEventStream ? (conditions.newline ?? "\n") : "\n";
  let steps = told.map((frame) => ({
    delay: gap(frame, conditions),
    bytes: frame.bytes ?? encode(frame.text, newline),
  }));
  if (place?.afterBytes !== undefined) steps = firstBytes(steps, place.afterBytes);

  const last = fail === undefined ? undefined : lastWords(fail);
  if (last !== undefined) steps.push({ delay: 0, bytes: encode(last, newline) });

  return {
    status,
    headers: { "content-type": contentType, ...headers },
    steps: cut(steps, conditions.cuts ?? "frames", seed),
    close: closeOf(fail),
  };
}

function isPlaced(fault: BodyFault): fault is PlacedFault {
  return "after" in fault || "afterBytes" in fault;
}

function frameIndex(after: number | "ending", frames: Frame[]): number {
  if (after !== "ending") return after < 0 ? Math.max(0, frames.length + after) : after;
  const index = frames.findIndex((frame) => frame.ending === true);
  return index < 0 ? frames.length : index;
}

/** Comments come in the middle of a gap, which does not grow by them. */
function withComments(frames: Frame[], options: boolean | CommentOptions): Frame[] {
  if (options === false) return frames;
  const { text = "keep-alive", before = 1, every = 8 } = options === true ? {} : options;
  const comment = `: ${text}\n\n`;
  const out: Frame[] = Array.from({ length: before }, () => ({ delay: 0, text: comment }));
  frames.forEach((frame, index) => {
    if (index === 0 || index % every !== 0) out.push(frame);
    else {
      const half = frame.delay / 2;
      out.push({ delay: half, text: comment }, { ...frame, delay: half });
    }
  });
  return out;
}

function gap(frame: Frame, { gap, speed = 1 }: Conditions): number {
  return speed === 0 ? 0 : (gap ?? frame.delay) / speed;
}

function encode(text: string, newline: string): Uint8Array {
  return new TextEncoder().encode(newline === "\n" ? text : text.replaceAll("\n", newline));
}

function firstBytes(steps: Step[], count: number): Step[] {
  const out: Step[] = [];
  let left = count;
  for (const { delay, bytes } of steps) {
    if (left === 0) break;
    const kept = bytes.subarray(0, left);
    left -= kept.length;
    out.push({ delay, bytes: kept });
  }
  return out;
}

/** What is sent at the place of the fault. */
function lastWords(fault: BodyFault): string | undefined {
  if (fault.kind === "text") return fault.text;
  if (fault.kind === "error-event") return errorEvent(fault);
  return fault.kind === "endless-line" ? "data: " : undefined;
}

function errorEvent({ data, event }: ErrorEventFault): string {
  const message = "The replay upstream was told to fail here.";
  const name = event === undefined ? "" : `event: ${event}\n`;
  return `${name}data: ${JSON.stringify(data ?? { error: errorFields(500, message) })}\n\n`;
}

function closeOf(fault: BodyFault | undefined): Close {
  if (fault === undefined || fault.kind === "text" || fault.kind === "error-event") return "end";
  return fault.kind;
}

function cut(steps: Step[], cuts: "frames" | "jagged" | number, seed: number): Step[] {
  if (cuts === "frames") return steps;
  return cuts === "jagged" ? joggle(steps, seed) : resize(steps, cuts);
}

import type { Machine } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { EXIT, Failure, messageOf } from "../failure.ts";
import { toJson } from "../to-json.ts";
import type { Chunk } from "./chunks.ts";
import { fieldsOf, formatNamed, guessFormat, payload, type FoundFormat } from "./formats.ts";
import { FRAMINGS, guessFraming, isUndecided, type Framing, type Unit } from "./framings.ts";
import { judgeParts } from "./judge-parts.ts";
import { piecesOf, startCutting } from "./pieces.ts";
import type { Position, Report, Row, Summary } from "./report.ts";

const MOST_NOTES = 100; // kinds of them
const MOST_HELD = 64; // events that are held until the format is known

export interface ExamineOptions {
  /** By name; undefined: to be guessed. */
  framing: string | undefined;
  format: string | undefined;
  /** Milliseconds of silence that are told of. */
  gap: number;
}

/** Reads a stream to its end, telling of everything in it, and gives what it comes to. */
export async function examine(
  chunks: AsyncIterable<Chunk>,
  options: ExamineOptions,
  report: Report,
): Promise<Summary> {
  const { format: told, gap } = options;
  const examination = examineUnits(told, gap, report);
  const state = startCutting();
  let name = options.framing;
  let framing: Framing | undefined;
  let machine: Required<Machine<Uint8Array>> | undefined;
  let waiting: Chunk[] = []; // until the framing is known
  let offset = 0;
  let lastAt: number | undefined;

  function open(found: string): void {
    name = found;
    framing = FRAMINGS[found];
    machine = framing?.open(examination);
    examination.setFraming(found, options.framing === undefined);
  }

  /** Gives whether it makes sense to go on. */
  function take({ bytes, at }: Chunk): boolean {
    if (framing === undefined || machine === undefined) return false;
    examination.position.ms = at;
    if (at !== undefined && lastAt !== undefined && at - lastAt >= gap) {
      report.gap({ ...examination.position, milliseconds: at - lastAt });
    }
    lastAt = at;
    for (const piece of piecesOf(bytes, framing.cutAt, state)) {
      offset += piece.length;
      examination.position.at = offset;
      try {
        machine.push(piece);
      } catch (error) {
        examination.breakOff(error);
        return false;
      }
    }
    return true;
  }

  let goesOn = true;
  for await (const chunk of chunks) {
    if (chunk.bytes.length === 0) continue;
    if (machine !== undefined) goesOn = take(chunk);
    else {
      waiting.push(chunk);
      const beginning = Buffer.concat(waiting.map(({ bytes }) => bytes));
      const found = name ?? guessFraming(beginning);
      if (found === undefined && isUndecided(beginning)) continue;
      if (found === undefined) break;
      open(found);
      goesOn = waiting.every(take);
      waiting = [];
    }
    if (!goesOn) break;
  }
  if (machine === undefined) throw new Failure(unreadable(waiting), EXIT.broken);
  if (goesOn) {
    try {
      machine.flush();
    } catch (error) {
      examination.breakOff(error);
    }
  }
  return examination.end();
}

function unreadable(waiting: readonly Chunk[]): string {
  return waiting.length === 0
    ? "There is nothing in it."
    : `This looks like no stream that is known: say --framing ${Object.keys(FRAMINGS).join(", ")}.`;
}

/** The units of one stream, through the decoder of their format, judged. */
function examineUnits(told: string | undefined, gap: number, report: Report) {
  const position = { at: 0, ms: undefined as number | undefined, index: 0 };
  const notes = new Map<string, number>();
  const judge = judgeParts(defect, note, gap);
  let framing = "";
  let isGuess = true;
  let isDecided = false; // about the format, be it that there is none
  let decoder: Required<Machine<object | string>> | undefined;
  let held: { show: () => void; position: Position }[] = []; // until it is decided
  let collected: { part: Part; ms: number | undefined }[] = [];
  let hasEnded = false; // the answer, by its decoder
  let events = 0;
  let asides = 0;
  let defects = 0;

  function defect(what: string): void {
    defects++;
    report.defect({ ...position, what });
  }

  function note(what: string): void {
    const key = notes.has(what) || notes.size < MOST_NOTES ? what : "and others";
    notes.set(key, (notes.get(key) ?? 0) + 1);
  }

  function decide(found: FoundFormat | undefined): void {
    isDecided = true;
    report.found({ framing, format: found?.name, isGuess });
    decoder = found?.decode().start(
      (part) => collected.push({ part, ms: position.ms }),
      () => {
        hasEnded = true;
      },
    );
    const late = held;
    held = [];
    const now = { ...position };
    for (const { show, position: then } of late) {
      Object.assign(position, then);
      show();
    }
    Object.assign(position, now);
  }

  function read(unit: Unit): void {
    const wasOver = hasEnded;
    if (wasOver) note("behind the end of the answer: an event");
    else decoder?.push(unit.value);
    if (decoder === undefined && isError(unit)) defect(`error: ${textOf(unit)}`);
    show(unit.name, decoder === undefined || wasOver ? textOf(unit) : "", false);
  }

  /** A row with the parts that have come. */
  function show(name: string, text: string, isAside: boolean): void {
    const parts = collected.map(({ part }) => part);
    collected = [];
    const row: Row = { ...position, name, text, parts, isAside };
    report.row(row);
    for (const part of parts) judge.see(part, position.ms);
  }

  return {
    position,
    defect,
    setFraming(name: string, guessed: boolean) {
      framing = name;
      isGuess = guessed || told === undefined;
      if (told !== undefined) decide(formatNamed(told));
    },
    unit(unit: Unit) {
      position.index++;
      events++;
      if (isDecided) {
        read(unit);
        return;
      }
      held.push({ show: () => read(unit), position: { ...position } });
      const found = guessFormat(unit);
      if (found !== undefined || events >= MOST_HELD) decide(found);
    },
    aside(name: string, text: string) {
      asides++;
      const shown = (): void => show(name, text, true);
      if (isDecided) shown();
      else if (held.length < MOST_HELD) held.push({ show: shown, position: { ...position } });
    },
    breakOff(error: unknown) {
      if (!isDecided) decide(undefined);
      defect(`framing: ${messageOf(error)}`);
      if (!hasEnded) decoder?.fail(error);
    },
    end(): Summary {
      if (!isDecided) decide(undefined);
      if (!hasEnded) decoder?.flush();
      if (collected.length > 0) show("(end)", "", true);
      judge.end();
      return { ...judge.facts(), bytes: position.at, events, asides, defects, notes };
    },
  };
}

/** Whether something says that it is an error, in whatever format. */
function isError({ name, value }: Unit): boolean {
  return name === "error" || (fieldsOf(payload(value))["error"] ?? undefined) !== undefined;
}

function textOf({ value }: Unit): string {
  const said = payload(value);
  return typeof said === "string" ? said : toJson(said);
}

import type { Part } from "@millrace/parts";
import type { Paint } from "../paint.ts";
import { count, counted, seconds } from "../quantities.ts";
import { snippet } from "../visible.ts";
import { brief, describePart } from "./describe-part.ts";
import type { Gap, Row } from "./report.ts";

const PLACE = 9; // columns of where an event stands
const INDEX = 9; // of its number, or of the first and the last of a run
const NAME = { least: 7, most: 22 }; // of what it is called: as wide as the widest so far
const BETWEEN = "  ";
const LEAST = 20; // columns that parts have, however narrow the terminal
const SILENT = "no part";
const MILLISECONDS = 1_000;

export interface TimelineOptions {
  paint: Paint;
  columns: number;
  /** Every event on a line of its own. */
  all: boolean;
  write: (line: string) => void;
}

export interface Timeline {
  row(this: void, row: Row): void;
  gap(this: void, gap: Gap): void;
  /** Writes what is held. */
  flush(this: void): void;
}

/** What a row has in common with the next ones of its run. */
interface Run {
  readonly key: string;
  readonly first: Row;
  last: Row;
  rows: number;
  length: number;
  text: string;
}

/** Writes rows as lines for the eye; a run of rows that differ in their deltas alone is one line. */
export function openTimeline({ paint, columns, all, write }: TimelineOptions): Timeline {
  let width = NAME.least;
  let run: Run | undefined;

  /** A line whose last column is given the room that is left for it. */
  function line(place: string, index: string, name: string, what: (room: number) => string): void {
    width = Math.min(NAME.most, Math.max(width, name.length));
    const cells = [
      place.padStart(PLACE),
      index.padEnd(INDEX),
      snippet(name, width).padEnd(width),
    ] as const;
    const room = Math.max(LEAST, columns - [...cells, ""].join(BETWEEN).length);
    const [at, number, called] = cells;
    const painted = [paint.dim(at), paint.dim(number), paint.cyan(called), what(room)];
    write(painted.join(BETWEEN).trimEnd());
  }

  function writeRow(row: Row): void {
    const { name, parts, text } = row;
    const [first, ...others] = parts;
    const index = row.isAside ? "" : `#${row.index}`;
    line(placeOf(row), index, name, (room) =>
      first === undefined ? paint.dim(snippet(text || SILENT, room)) : partIn(room, first),
    );
    for (const part of others) line("", "", "", (room) => partIn(room, part));
  }

  function partIn(room: number, part: Part): string {
    const text = describePart(part, room);
    if (part.type === "error") return paint.red(text);
    return part.type === "finish" ? paint.green(text) : text;
  }

  function writeRun({ first, last, rows, length, text }: Run): void {
    const index = first.isAside ? "" : `#${first.index}-${last.index}`;
    const [part] = first.parts;
    line(placeOf(first), index, first.name, (room) => {
      if (part === undefined || !("delta" in part)) {
        return paint.dim(snippet(`${count(rows)} × ${text || SILENT}`, room));
      }
      const id = "id" in part ? brief(part.id ?? "") : "";
      return snippet(`${part.type} ${id} ${counted(length, "char")} ${JSON.stringify(text)}`, room);
    });
  }

  function flush(): void {
    if (run === undefined) return;
    if (run.rows === 1) writeRow(run.first);
    else writeRun(run);
    run = undefined;
  }

  return {
    row(row) {
      const key = all ? undefined : keyOf(row);
      if (run !== undefined && (key === undefined || run.key !== key)) flush();
      if (key === undefined) {
        writeRow(row);
        return;
      }
      const delta = deltaOf(row);
      if (run === undefined) {
        const text = delta ?? row.text;
        run = { key, first: row, last: row, rows: 1, length: text.length, text };
        return;
      }
      run.last = row;
      run.rows++;
      run.length += delta?.length ?? 0;
      if (run.text.length < columns) run.text += delta ?? "";
    },
    gap({ milliseconds }) {
      flush();
      const silence = `${seconds(milliseconds / MILLISECONDS)} of silence`;
      write(paint.yellow(`${" ".repeat(PLACE)}${BETWEEN}-- ${silence} --`));
    },
    flush,
  };
}

/** Rows of the same key make one line. */
function keyOf({ name, parts, text, isAside }: Row): string | undefined {
  const [part, ...others] = parts;
  if (isAside) return `aside ${name} ${text}`;
  if (part === undefined) return text === "" ? `nothing ${name}` : undefined;
  const isDelta = part.type.endsWith("-delta") && "id" in part;
  return isDelta && others.length === 0 ? `${name} ${part.type} ${part.id ?? ""}` : undefined;
}

function deltaOf({ parts: [part] }: Row): string | undefined {
  return part !== undefined && "delta" in part && typeof part.delta === "string"
    ? part.delta
    : undefined;
}

function placeOf({ at, ms }: Row): string {
  return ms === undefined ? `@${count(at)}` : `${(ms / MILLISECONDS).toFixed(3)} s`;
}

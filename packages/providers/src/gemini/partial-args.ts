import { count, fields, text, type Wire } from "../shared/wire.ts";
import { parseArgsPath, type ArgsPath, type Step } from "./args-path.ts";

/** Writes the JSON text of arguments that come place by place, each piece when it is known. */
export interface ArgsWriter {
  /** Takes one of the `partialArgs`; false if it cannot be written behind what is. */
  write(entry: unknown): boolean;
  /** Writes what has waited, and what closes all that is open; false as above. */
  close(): boolean;
}

interface Container {
  isArray: boolean;
  /** The step that leads into it, from the container around it. */
  step: Step | undefined;
  /** Members that are written, in an object. */
  names: Set<string>;
  /** Elements or members that are written. */
  count: number;
}

interface Entry extends ArgsPath {
  path: string;
  /** A piece of a string. */
  piece: string | undefined;
  /** JSON text of any other value; undefined also where none is given. */
  value: string | undefined;
  continues: boolean;
}

/**
 * Text can be added only at its end. So what comes for another place while a string is open waits;
 * and what comes for a container that is closed, or for a value that is written, is refused.
 */
export function writeArgs(
  emit: (piece: string) => void,
  hold: (length: number) => void,
): ArgsWriter {
  const open: Container[] = []; // outermost first
  let openString: string | undefined; // its path
  const waiting = new Map<string, Entry[]>(); // by path

  function take(entry: Entry): boolean {
    const { path, piece, value } = entry;
    if (openString !== undefined && path !== openString) {
      hold(path.length + (piece ?? value ?? "").length);
      const entries = waiting.get(path) ?? [];
      waiting.set(path, entries);
      entries.push(entry);
      return true;
    }
    const isWritten = openString === undefined ? writeValue(entry) : writePiece(entry);
    return isWritten && (openString !== undefined || writeWaiting());
  }

  function writeWaiting(): boolean {
    for (const [path, entries] of waiting) {
      waiting.delete(path);
      for (const entry of entries) {
        if (!(openString === undefined ? writeValue(entry) : writePiece(entry))) return false;
      }
      if (openString !== undefined) return true;
    }
    return true;
  }

  function writePiece({ piece, continues }: Entry): boolean {
    if (piece === undefined) return false;
    emit(inside(piece) + (continues ? "" : '"'));
    if (!continues) openString = undefined;
    return true;
  }

  function writeValue({ path, steps, isArray, piece, value, continues }: Entry): boolean {
    const isEmpty = piece === undefined && value === undefined;
    if (!isEmpty && (isArray || steps.length === 0)) return false;
    const depth = commonDepth(steps);
    if (depth === steps.length && open.length > 0) return isEmpty; // tells that it ends
    if (!isNext(steps, depth)) return false;
    let written = open.length === 0 ? enter(undefined, false) : leave(depth + 1);
    for (let index = depth; index < steps.length; index++) {
      const step = steps[index]!;
      const next = steps[index + 1];
      written += place(step);
      if (next !== undefined) written += enter(step, typeof next === "number");
      else if (isEmpty) written += enter(step, isArray);
    }
    if (piece !== undefined) written += `"${inside(piece)}${continues ? "" : '"'}`;
    if (piece !== undefined && continues) openString = path;
    emit(written + (value ?? ""));
    return true;
  }

  /** How many of the steps lead into containers that are open. */
  function commonDepth(steps: readonly Step[]): number {
    let depth = 0;
    while (depth < steps.length && open[depth + 1]?.step === steps[depth]) depth++;
    return depth;
  }

  /** Whether the steps lead to the next place of an open container, or to the first of a new one. */
  function isNext(steps: readonly Step[], depth: number): boolean {
    return steps.slice(depth).every((step, index) => {
      const { isArray, count, names } = (index === 0 && open[depth]) || {
        isArray: depth + index > 0 && typeof step === "number",
        count: 0,
        names: NO_NAMES,
      };
      return isArray ? step === count : typeof step === "string" && !names.has(step);
    });
  }

  function enter(step: Step | undefined, isArray: boolean): string {
    open.push({ step, isArray, names: new Set(), count: 0 });
    return isArray ? "[" : "{";
  }

  function leave(depth: number): string {
    let written = "";
    while (open.length > depth) written += open.pop()!.isArray ? "]" : "}";
    return written;
  }

  function place(step: Step): string {
    const container = open.at(-1)!;
    const comma = container.count++ > 0 ? "," : "";
    if (typeof step === "number") return comma;
    hold(step.length);
    container.names.add(step);
    return `${comma}${JSON.stringify(step)}:`;
  }

  return {
    write(item) {
      const entry = readEntry(fields(item));
      return entry !== undefined && take(entry);
    },
    close() {
      while (openString !== undefined) {
        openString = undefined;
        emit('"');
        if (!writeWaiting()) return false;
      }
      const written = leave(0);
      if (written !== "") emit(written);
      return true;
    },
  };
}

const NO_NAMES: ReadonlySet<string> = new Set();

function readEntry(entry: Wire): Entry | undefined {
  const path = text(entry["jsonPath"]);
  const place = parseArgsPath(path);
  if (place === undefined) return undefined;
  const { stringValue, numberValue, boolValue, nullValue } = entry;
  const piece = typeof stringValue === "string" ? stringValue : undefined;
  let value: string | undefined;
  if (piece !== undefined) value = undefined;
  else if (count(numberValue) !== undefined) value = JSON.stringify(numberValue);
  else if (typeof boolValue === "boolean") value = JSON.stringify(boolValue);
  else if (nullValue !== undefined) value = "null";
  else if ([stringValue, numberValue, boolValue].some((one) => (one ?? undefined) !== undefined)) {
    return undefined;
  }
  return { ...place, path, piece, value, continues: entry["willContinue"] === true };
}

function inside(piece: string): string {
  return JSON.stringify(piece).slice(1, -1);
}

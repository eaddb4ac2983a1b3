import type { StoredEntry } from "@millrace/core/store";
import { itemsOf, pairsOf, textOf, type Reply } from "./connection.ts";

/** What Redis keeps under one of its ids: a fence, or some entries of ours. */
export interface LogEntry {
  /** `<epoch>-<seq of the last>`; `<epoch>-0` for a fence. */
  place: string;
  entries: StoredEntry[];
  /** The last of them ends the stream. */
  end: boolean;
  /** Of a fence: the first epoch of its stream. Another one: the id was used before. */
  born: string | undefined;
}

/** Reads the answer of XRANGE, and what XREAD answers for one key. */
export function logEntries(reply: Reply): LogEntry[] {
  return itemsOf(reply).map((item) => {
    const [place, fields] = itemsOf(item);
    const entry: LogEntry = { place: textOf(place), entries: [], end: false, born: undefined };
    for (const [name, value] of pairsOf(fields)) {
      const field = textOf(name);
      if (field === "end") entry.end = true;
      else if (field === "born") entry.born = textOf(value);
      else if (field !== "tail") entry.entries.push({ seq: Number(field), text: textOf(value) });
    }
    return entry;
  });
}

import type { ItemKind } from "./item-kinds.ts";

/** Sends an event, named without `response.`. */
export type Put = (name: string, event: object) => void;

/** Writes the output of a response, an item a block, and keeps it for the end. */
export interface ItemWriter {
  /** All of the output, in its order. */
  readonly output: readonly object[];
  start(id: string, kind: ItemKind, about: object): void;
  delta(id: string, delta: string, about?: object): void;
  annotate(id: string, annotation: object): void;
  end(id: string, status: "completed" | "incomplete", about?: object): void;
}

interface OpenItem {
  kind: ItemKind;
  item: object;
  index: number; // in the output
  /** Where its text is. */
  place: object;
  text: string;
  annotations: object[];
}

/** `hold` is told of what is kept. */
export function writeItems(put: Put, hold: (length: number) => void): ItemWriter {
  const open = new Map<string, OpenItem>(); // by the id of the block
  const output: object[] = [];

  function partOf({ kind: { part, text }, text: all, annotations }: OpenItem): object {
    const isText = part?.type === "output_text";
    const lists = isText && { annotations: [...annotations], logprobs: [] };
    return { type: part?.type, [text?.field ?? ""]: all, ...lists };
  }

  function end(id: string, status: string, about?: object): void {
    const entry = open.get(id);
    if (entry === undefined) return;
    open.delete(id);
    const { kind, item, index, place, text: all } = entry;
    const { text, part } = kind;
    const said = text && { [text.field]: all };
    if (text !== undefined) {
      const name = "name" in item ? { name: item.name } : undefined;
      const logprobs = text.event === "output_text" ? { logprobs: [] } : undefined;
      put(`${text.event}.done`, { ...place, ...said, ...name, ...logprobs });
    }
    if (part !== undefined) put(`${part.event}.done`, { ...place, part: partOf(entry) });
    const inside = part === undefined ? said : { [part.list]: [partOf(entry)] };
    const done = { ...item, ...inside, ...about, status };
    output[index] = done;
    put("output_item.done", { output_index: index, item: done });
  }

  return {
    output,
    start(id, kind, about) {
      const { type, prefix, text, part } = kind;
      const index = output.length;
      const item_id = `${prefix}_${index}`;
      const list = type === "message" ? { role: "assistant", content: [] } : undefined;
      const summary = type === "reasoning" ? { summary: [] } : undefined;
      const empty = text !== undefined && part === undefined ? { [text.field]: "" } : undefined;
      const status = "in_progress";
      const item = { id: item_id, type, status, ...list, ...summary, ...about, ...empty };
      const at = part && { [part.list === "content" ? "content_index" : "summary_index"]: 0 };
      const place = { item_id, output_index: index, ...at };
      const entry: OpenItem = { kind, item, index, place, text: "", annotations: [] };
      open.set(id, entry);
      output.push(item);
      put("output_item.added", { output_index: index, item });
      if (part !== undefined) put(`${part.event}.added`, { ...place, part: partOf(entry) });
    },
    delta(id, delta, about) {
      const entry = open.get(id);
      if (entry?.kind.text === undefined) return;
      hold(delta.length);
      entry.text += delta;
      put(`${entry.kind.text.event}.delta`, { ...entry.place, delta, ...about });
    },
    annotate(id, annotation) {
      const entry = open.get(id);
      if (entry === undefined) return;
      const { place, annotations } = entry;
      hold(JSON.stringify(annotation).length);
      const annotation_index = annotations.push(annotation) - 1;
      put("output_text.annotation.added", { ...place, annotation_index, annotation });
    },
    end,
  };
}

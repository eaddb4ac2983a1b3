import type { Answer } from "../shared/answer.ts";
import { count, fields, list, text, type Wire } from "../shared/wire.ts";
import type { Item, ItemNews } from "./item.ts";
import { openMessage } from "./message-item.ts";
import { openOther } from "./other-item.ts";
import { openReasoning } from "./reasoning-item.ts";
import { openToolItem } from "./tool-item.ts";
import { TOOL_KINDS, typeOfEvent } from "./tool-kinds.ts";

/** The output of a response, by its index; some servers let ids rotate, others leave indexes out. */
export interface Items {
  added(event: Wire): void;
  done(event: Wire): void;
  /** Takes an event about an item, named without `response.`; false if none knows it. */
  read(event: Wire, name: string): boolean;
  /** The block of the item that an event is about. */
  blockOf(event: Wire): string | undefined;
  /** What the last snapshot has of the output, and no event has told. */
  complete(output: unknown): void;
  close(whole: boolean): void;
}

interface Entry {
  item: Item;
  isDone: boolean;
}

// The types of items by those of their parts.
const TYPE_OF_PART: ReadonlyMap<string, string> = new Map([
  ["reasoning_text", "reasoning"],
  ["output_text", "message"],
  ["refusal", "message"],
]);

export function openItems(answer: Answer, news: ItemNews): Items {
  const entries = new Map<number, Entry>();
  const indexes = new Map<string, number>(); // by id
  let latest = -1;

  function indexOf(event: Wire, item: Wire): number {
    const index = count(event["output_index"]);
    return index ?? indexes.get(text(event["item_id"]) || text(item["id"])) ?? Math.max(latest, 0);
  }

  function open(index: number, begun: Wire): Entry {
    const type = text(begun["type"]);
    const id = text(begun["id"]);
    entries.get(index)?.item.close(true);
    answer.hold(1 + id.length);
    if (id !== "") indexes.set(id, index);
    const entry = { item: openItem(type, begun), isDone: false };
    entries.set(index, entry);
    latest = index;
    return entry;
  }

  function openItem(type: string, begun: Wire): Item {
    if (type === "message") return openMessage(answer, news, begun);
    if (type === "reasoning") return openReasoning(answer, news, begun);
    if (!Object.hasOwn(TOOL_KINDS, type)) return openOther(answer, begun);
    return openToolItem(answer, news, TOOL_KINDS[type]!, begun);
  }

  function finish(entry: Entry, item: Wire): void {
    if (!entry.isDone) entry.item.done(item);
    entry.isDone = true;
  }

  return {
    added(event) {
      const item = fields(event["item"]);
      const known = indexes.get(text(item["id"]));
      const index = count(event["output_index"]) ?? known ?? latest + 1;
      const entry = entries.get(index);
      if (entry !== undefined && !entry.isDone && known === index) return; // told again
      open(index, item);
    },
    done(event) {
      const item = fields(event["item"]);
      const isKnown = "output_index" in event || indexes.has(text(item["id"]));
      const index = isKnown ? indexOf(event, item) : latest + 1;
      finish(entries.get(index) ?? open(index, item), item);
    },
    read(event, name) {
      const index = indexOf(event, event);
      const entry = entries.get(index);
      if (entry?.item.read(event, name) === true) return true;
      const type = TYPE_OF_PART.get(text(fields(event["part"])["type"])) ?? typeBy(name);
      if (type === undefined) return false;
      const isPlaced = count(event["output_index"]) !== undefined;
      if (entry !== undefined && isPlaced && !entry.isDone) return false;
      const place = isPlaced ? index : latest + 1;
      return open(place, { type, id: event["item_id"] }).item.read(event, name);
    },
    blockOf: (event) => entries.get(indexOf(event, event))?.item.blockId,
    complete(output) {
      const all = list(output);
      if (entries.size >= all.length) return;
      for (const [index, member] of all.entries()) {
        const item = fields(member);
        if (entries.has(index) || indexes.has(text(item["id"]))) continue;
        finish(open(index, item), item);
      }
    },
    close(whole) {
      // Those that are done, too: what came late has begun another block.
      for (const { item } of entries.values()) item.close(whole);
    },
  };
}

/** The type of an item that was not seen to begin. */
function typeBy(name: string): string | undefined {
  if (/^(output_text|refusal)\./.test(name)) return "message";
  if (name.startsWith("reasoning_")) return "reasoning";
  return typeOfEvent(name);
}

import { metadata, type Answer } from "../shared/answer.ts";
import { ANY, leftoversOf, type UsedFields } from "../shared/leftovers.ts";
import { count, fields, list, text, type Wire } from "../shared/wire.ts";
import type { Item, ItemNews } from "./item.ts";
import { startBlock, type StreamedBlock } from "./streamed-block.ts";

const REASONING_FIELDS: UsedFields = new Map([
  ["id", "string"],
  ["type", ANY],
  ["status", "string"],
  ["summary", "object"],
  ["content", "object"],
  ["encrypted_content", "string"],
]);

/**
 * Reasoning: each part of its summary, and of its text, is a block. The last one stays open until
 * the item is done, since what is encrypted comes with its end.
 */
export function openReasoning(answer: Answer, news: ItemNews, reasoning: Wire): Item {
  const itemId = text(reasoning["id"]);
  const rest = leftoversOf(answer, reasoning, REASONING_FIELDS)?.providerMetadata[answer.name];
  const seen = new Set<string>(); // places of blocks
  let open: { place: string; block: StreamedBlock } | undefined;

  function start(place: string, kind: "summary" | "redacted" | undefined): StreamedBlock {
    open?.block.end();
    if (!seen.has(place)) answer.hold(place.length);
    seen.add(place);
    const all = { ...(itemId !== "" && { itemId }), ...rest };
    const about = Object.keys(all).length > 0 && metadata(answer, all);
    const block = startBlock(answer, { type: "reasoning", kind, ...about });
    open = { place, block };
    return block;
  }

  function blockAt(place: string): StreamedBlock {
    if (open?.place === place) return open.block;
    return start(place, place.startsWith("summary") ? "summary" : undefined);
  }

  function write(place: string, delta: unknown): void {
    const block = blockAt(place);
    block.delta(text(delta));
    news.wrote(block, "reasoning");
  }

  /** Only of the block that is open, or has not been there, a whole can say something new. */
  function settle(place: string, whole: unknown): void {
    const isNew = !seen.has(place);
    if (isNew ? text(whole) === "" || news.isResumed() : open?.place !== place) return;
    const block = blockAt(place);
    block.settle(text(whole));
    news.wrote(block, "reasoning");
  }

  function end(encrypted: string): void {
    if (encrypted !== "" && open === undefined) start("redacted", "redacted");
    open?.block.end(encrypted === "" ? undefined : { encrypted });
    open = undefined;
  }

  return {
    get blockId() {
      return open?.block.id;
    },
    read(event, name) {
      const summary = `summary-${count(event["summary_index"]) ?? 0}`;
      const content = `content-${count(event["content_index"]) ?? 0}`;
      const part = fields(event["part"]);
      if (part["type"] === "output_text" || part["type"] === "refusal") return false;
      switch (name) {
        case "reasoning_summary_text.delta":
          write(summary, event["delta"]);
          return true;
        case "reasoning_text.delta":
          write(content, event["delta"]);
          return true;
        case "reasoning_summary_part.added":
          if (!seen.has(summary)) blockAt(summary).settle(text(part["text"]));
          return true;
        case "reasoning_summary_text.done":
          settle(summary, event["text"]);
          return true;
        case "reasoning_summary_part.done":
          settle(summary, part["text"]);
          return true;
        case "content_part.added":
        case "reasoning_part.added":
          if (!seen.has(content)) blockAt(content).settle(text(part["text"]));
          return true;
        case "reasoning_text.done":
          settle(content, event["text"]);
          return true;
        case "content_part.done":
        case "reasoning_part.done":
          settle(content, part["text"]);
          return true;
        default:
          return false;
      }
    },
    done(item) {
      for (const kind of ["summary", "content"]) {
        // In the order in which they began: some servers do not count from 0.
        const places = [...seen].filter((place) => place.startsWith(kind));
        for (const [index, part] of list(item[kind]).entries()) {
          settle(places[index] ?? `${kind}-${index}`, fields(part)["text"]);
        }
      }
      const encrypted = text(item["encrypted_content"]);
      // Reasoning that says nothing has an id that can be sent back.
      if (seen.size === 0 && encrypted === "" && !news.isResumed()) start("empty", undefined);
      end(encrypted);
    },
    close() {
      end("");
    },
  };
}

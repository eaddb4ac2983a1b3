import { metadata, type Answer } from "../shared/answer.ts";
import { leftoversOf, ANY, type UsedFields } from "../shared/leftovers.ts";
import { openaiLogprobs } from "../shared/logprobs.ts";
import { openSources } from "../shared/sources.ts";
import { count, fields, list, text, type Wire } from "../shared/wire.ts";
import { annotation } from "./annotation.ts";
import type { Item, ItemNews } from "./item.ts";
import { startBlock, type StreamedBlock } from "./streamed-block.ts";

interface ContentPart {
  block: StreamedBlock;
  isRefusal: boolean;
  annotations: number; // told of
  ended: boolean;
}

const MESSAGE_FIELDS: UsedFields = new Map([
  ["id", "string"],
  ["type", ANY],
  ["role", "string"],
  ["status", "string"],
  ["content", "object"],
  ["phase", "string"],
]);

/** A message: each part of its content is a block of text. */
export function openMessage(answer: Answer, news: ItemNews, message: Wire): Item {
  const sources = openSources(answer);
  const parts = new Map<number, ContentPart>();
  let latest: string | undefined; // the block begun last
  const itemId = text(message["id"]);
  const about = leftoversOf(answer, message, MESSAGE_FIELDS)?.providerMetadata[answer.name];
  const isCommentary = message["phase"] === "commentary";

  function partAt(event: Wire, isRefusal: boolean): ContentPart {
    const place = count(event["content_index"]) ?? 0;
    const known = parts.get(place);
    if (known !== undefined && !known.ended && known.isRefusal === isRefusal) return known;
    if (known !== undefined) end(known);
    answer.hold(1);
    const all = { ...(itemId !== "" && { itemId }), ...about };
    const block = startBlock(answer, {
      type: "text",
      kind: isRefusal ? "refusal" : isCommentary ? "commentary" : undefined,
      ...(Object.keys(all).length > 0 && metadata(answer, all)),
    });
    latest = block.id;
    const part: ContentPart = { block, isRefusal, annotations: 0, ended: false };
    parts.set(place, part);
    return part;
  }

  function write({ block, isRefusal }: ContentPart, event: Wire): void {
    block.delta(text(event["delta"]), openaiLogprobs(event["logprobs"]));
    news.wrote(block, isRefusal ? "refusal" : "text");
  }

  function settle(part: ContentPart, whole: Wire): void {
    const said = text(part.isRefusal ? whole["refusal"] : whole["text"]);
    part.block.settle(said);
    if (said !== "") news.wrote(part.block, part.isRefusal ? "refusal" : "text");
    for (const cited of list(whole["annotations"]).slice(part.annotations)) cite(part, cited);
  }

  function cite(part: ContentPart, cited: unknown): void {
    part.annotations++;
    sources.cite(annotation(cited, part.block.id));
  }

  function end(part: ContentPart): void {
    if (!part.ended) part.block.end();
    part.ended = true;
  }

  /** Of a part that has been ended nothing is new. */
  function finishPart(place: number, whole: Wire): void {
    const known = parts.get(place);
    if (known?.ended === true || (known === undefined && news.isResumed())) return;
    const part = partAt({ content_index: place }, whole["type"] === "refusal");
    settle(part, whole);
    end(part);
  }

  return {
    get blockId() {
      return latest;
    },
    read(event, name) {
      const part = fields(event["part"]);
      const place = count(event["content_index"]) ?? 0;
      if (part["type"] === "reasoning_text") return false;
      switch (name) {
        case "output_text.delta":
          write(partAt(event, false), event);
          return true;
        case "refusal.delta":
          write(partAt(event, true), event);
          return true;
        case "content_part.added":
          settle(partAt(event, part["type"] === "refusal"), part);
          return true;
        case "output_text.done":
        case "refusal.done":
          if (parts.get(place)?.ended === true) return true;
          if (parts.has(place) || !news.isResumed())
            settle(partAt(event, name === "refusal.done"), event);
          return true;
        case "output_text.annotation.added":
          cite(parts.get(place) ?? partAt(event, false), event["annotation"]);
          return true;
        case "content_part.done":
          finishPart(place, part);
          return true;
        default:
          return false;
      }
    },
    done(item) {
      // In the order in which they began: some servers do not count from 0.
      const places = [...parts.keys()];
      for (const [index, whole] of list(item["content"]).entries()) {
        finishPart(places[index] ?? index, fields(whole));
      }
      for (const part of parts.values()) end(part);
    },
    close() {
      for (const part of parts.values()) end(part);
    },
  };
}

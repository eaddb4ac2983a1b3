import type { Source, SourceAnchor } from "@millrace/parts";
import { emitCustom, type Answer } from "../shared/answer.ts";
import { isAscii } from "../shared/ascii.ts";
import type { Blocks } from "../shared/blocks.ts";
import type { Sources } from "../shared/sources.ts";
import { providerError } from "../shared/stream-error.ts";
import { count, fields, known, list, text, type Wire } from "../shared/wire.ts";
import { filePart } from "./file-part.ts";
import type { Step } from "./steps.ts";

/** What the steps of an answer share. */
export interface Place {
  answer: Answer;
  blocks: Blocks;
  sources: Sources;
  /** Of its blocks. */
  place: string;
}

/** The model speaks, shows, and cites. */
export function openOutput({ answer, blocks, sources, place }: Place): Step {
  let units = 0; // of the text so far
  let hasOffsets = true; // it is ASCII, and of one block
  let fileId: string | undefined;

  function say(piece: string): void {
    if (piece === "") return;
    if (!blocks.isOpen(place, undefined)) {
      blocks.start(place, "text", undefined);
      hasOffsets &&= units === 0;
    }
    blocks.delta(place, piece);
    hear(piece);
  }

  function hear(piece: string): void {
    units += piece.length;
    hasOffsets &&= isAscii(piece);
  }

  function show(content: Wire): boolean {
    const file = filePart(content);
    if (file === undefined) return false;
    blocks.end(place);
    const isPiece = content["type"] !== "image" && file.data.type === "data";
    if (isPiece) fileId ??= answer.ids.next("file");
    answer.emit({ ...file, ...(isPiece && { id: fileId!, delta: true }) });
    return true;
  }

  function cite(annotation: unknown): void {
    const { url, document_uri: document, title, name, file_name: fileName } = fields(annotation);
    const { type, start_index: start, end_index: end } = fields(annotation);
    const source: Source = {
      kind: type === "file_citation" ? "document" : type === "place_citation" ? "place" : "url",
      ...known({ url: text(url) || text(document), title: text(title ?? name ?? fileName) }),
    };
    sources.cite({ source, anchor: anchor(count(start), count(end)), about: annotation });
  }

  /** Offsets are in bytes. */
  function anchor(start = 0, end?: number): SourceAnchor | undefined {
    const blockId = blocks.latestText;
    if (blockId === undefined) return undefined;
    return end === undefined || !hasOffsets ? { blockId } : { blockId, start, end };
  }

  function read(content: Wire): void {
    const { type, annotations } = content;
    if (type === "text") say(text(content["text"]));
    else if (type === "text_annotation_delta" || type === "text_annotation") {
      for (const annotation of list(annotations)) cite(annotation);
    } else if (!show(content)) emitCustom(answer, text(type) || "delta", content);
    if (type === "text") for (const annotation of list(annotations)) cite(annotation);
  }

  return {
    start(step) {
      for (const content of list(step["content"])) read(fields(content));
      if (step["error"]) answer.fail(providerError(step["error"]));
    },
    delta: read,
    hear,
    stop() {
      blocks.end(place);
    },
  };
}

/** The model thinks; what is told of it is a summary, and a signature to send back. */
export function openThought({ answer, blocks, place }: Place): Step {
  let signature = "";

  function open(): void {
    if (!blocks.isOpen(place, "summary")) blocks.start(place, "reasoning", "summary");
  }

  function summarize(content: Wire): void {
    const piece = text(content["text"]);
    const file = filePart(content);
    if (file !== undefined) answer.emit({ ...file, reasoning: true });
    else if (content["type"] !== "text") emitCustom(answer, "thought_summary", content);
    else if (piece !== "") {
      open();
      blocks.delta(place, piece);
    }
  }

  function sign(value: unknown): void {
    const piece = text(value);
    answer.hold(piece.length);
    signature += piece;
  }

  return {
    start(step) {
      for (const content of list(step["summary"])) summarize(fields(content));
      sign(step["signature"]);
    },
    delta(delta) {
      if (delta["type"] === "thought_summary") summarize(fields(delta["content"]));
      else if (delta["type"] === "thought_signature") sign(delta["signature"]);
      else emitCustom(answer, text(delta["type"]) || "delta", delta);
    },
    stop() {
      if (signature !== "") open();
      answer.hold(-signature.length);
      blocks.end(place, known({ signature }));
      signature = "";
    },
  };
}

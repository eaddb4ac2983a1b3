import { sentences, words } from "@millrace/buffers";
import { fuse } from "@millrace/core";
import { codeBlocks, markdownBlocks, type MarkdownBlockKind } from "@millrace/parsers";
import { reasoning, text, toolInputs, type Part } from "@millrace/parts";
import { growTree, type Tree } from "./growing-json.ts";

/** One answer, read in every way at once. It only grows. */
export interface Reading {
  words: string[];
  sentences: string[];
  blocks: Block[];
  code: Code[];
  json: Tree[];
  tools: Tree[];
  reasoning: string;
}

/** A block of Markdown; its text has the marks. */
export interface Block {
  kind: MarkdownBlockKind;
  text: string;
  closed: boolean;
}

export interface Code {
  lang: string;
  meta: string;
  text: string;
  closed: boolean;
}

/** What reads an answer: parts go in, the reading grows. */
export interface Reader {
  readonly reading: Reading;
  push(this: void, part: Part): void;
  /** Says that nothing more comes: what is held comes out. */
  flush(this: void): void;
}

/** A fresh reading: each of its fields is one stage, or two behind each other, of Millrace. */
export function startReader(): Reader {
  const reading: Reading = {
    words: [],
    sentences: [],
    blocks: [],
    code: [],
    json: [],
    tools: [],
    reasoning: "",
  };
  const growing = new Map<string | number, ReturnType<typeof growTree>>();

  function tree(key: string | number, name: string, list: Tree[]): ReturnType<typeof growTree> {
    const known = growing.get(key);
    if (known !== undefined) return known;
    const fresh = growTree(name);
    growing.set(key, fresh);
    list.push(fresh.tree);
    return fresh;
  }

  const machines = [
    fuse(text(), words()).start((word) => reading.words.push(word)),
    fuse(text(), sentences()).start((sentence) => reading.sentences.push(sentence)),
    reasoning().start((delta) => {
      reading.reasoning += delta;
    }),

    fuse(text(), markdownBlocks()).start((event) => {
      if (event.type === "open") {
        reading.blocks[event.id] = { kind: event.kind, text: "", closed: false };
        return;
      }
      const block = reading.blocks[event.id]!;
      if (event.type === "close") block.closed = true;
      else {
        block.text += event.text;
        block.kind = event.kind ?? block.kind;
      }
    }),

    fuse(text(), codeBlocks({ live: true })).start((piece) => {
      const block = (reading.code[piece.id] ??= { lang: "", meta: "", text: "", closed: false });
      if ("complete" in piece) {
        block.closed = true;
        growing.get(piece.id)?.flush?.();
        return;
      }
      block.lang = piece.lang;
      block.meta = piece.meta;
      block.text += piece.delta;
      if (isJson(piece.lang))
        tree(piece.id, `Block ${piece.id + 1}`, reading.json).push(piece.delta);
    }),

    text().start((delta) => {
      // An answer that is JSON and nothing else.
      const begins = /^\s*[[{]/.test(delta) && reading.words.length === 0;
      if (begins || growing.has(WHOLE)) tree(WHOLE, "The answer", reading.json).push(delta);
    }),

    toolInputs().start(({ id, toolName, delta }) => {
      tree(id, toolName, reading.tools).push(delta);
    }),
  ];

  return {
    reading,
    push(part) {
      for (const machine of machines) machine.push(part);
    },
    flush() {
      for (const machine of machines) machine.flush();
    },
  };
}

const WHOLE = "whole answer";

function isJson(lang: string): boolean {
  return /^json[c5]?$/i.test(lang);
}

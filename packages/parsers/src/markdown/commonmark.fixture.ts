import { Parser, type Node } from "commonmark";

/** A fenced code block as commonmark.js sees it. */
export interface FencedCode {
  info: string;
  code: string;
  complete: boolean;
}

/** A top-level block, and the first of its lines, counted from 0. */
export interface TopLevelBlock {
  kind: string;
  line: number;
}

export interface Blocks {
  fenced: FencedCode[];
  topLevel: TopLevelBlock[];
}

// What the oracle needs of the parser, and its types do not tell.
interface Insides {
  blocks: Record<string, object>;
  incorporateLine(line: string): void;
  finalize(block: Node, line: number): void;
  processInlines(): void;
}

const LINE_END = /\r\n|\r/g;
const KINDS: Readonly<Record<string, string>> = {
  block_quote: "quote",
  code_block: "code",
  html_block: "html",
  thematic_break: "thematic-break",
};

/**
 * The blocks of a whole text, by commonmark.js. It is kept from reading inlines, and from taking
 * link reference definitions out of paragraphs when all is done, which changes their first lines.
 */
export function commonmarkBlocks(text: string): Blocks {
  const parser = new Parser();
  const insides = parser as unknown as Insides;
  const incorporateLine = insides.incorporateLine.bind(insides);
  const finalize = insides.finalize.bind(insides);
  insides.blocks = {
    ...insides.blocks,
    document: { ...insides.blocks.document, finalize: () => undefined },
  };
  insides.processInlines = () => undefined;
  let isEnded = true; // no line is being read
  const unclosed = new Set<Node>();
  insides.incorporateLine = (line) => {
    isEnded = false;
    incorporateLine(line);
    isEnded = true;
  };
  insides.finalize = (block, line) => {
    if (isEnded) unclosed.add(block);
    finalize(block, line);
  };
  // It takes a CR at the very end for the end of one line more.
  const document = parser.parse(text.replace(LINE_END, "\n"));
  return { fenced: fencedIn(document, unclosed), topLevel: topLevelOf(document) };
}

function fencedIn(document: Node, unclosed: ReadonlySet<Node>): FencedCode[] {
  const found: FencedCode[] = [];
  const walker = document.walker();
  for (let event = walker.next(); event !== null; event = walker.next()) {
    const { entering, node } = event;
    if (!entering || node.type !== "code_block" || node.info === null) continue;
    found.push({ info: node.info, code: node.literal ?? "", complete: !unclosed.has(node) });
  }
  return found;
}

function topLevelOf(document: Node): TopLevelBlock[] {
  const found: TopLevelBlock[] = [];
  for (let node = document.firstChild; node !== null; node = node.next) {
    found.push({ kind: KINDS[node.type] ?? node.type, line: node.sourcepos[0][0] - 1 });
  }
  return found;
}

/** Whether a text is blank but for link reference definitions. */
export function isOnlyDefinitions(text: string): boolean {
  return new Parser().parse(text.replace(LINE_END, "\n")).firstChild === null;
}

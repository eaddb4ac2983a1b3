import { markdownBlocks } from "@millrace/parsers";
import { cutText } from "../inputs/chunks.ts";
import { markdown } from "../inputs/markup.ts";
import { growthOf } from "./growth.ts";
import { ours, peer, rowsOf, type Claim } from "./claim.ts";

/** Takes what comes, and does what it has to so that the text so far can be shown. */
type Reader = (chunks: readonly string[]) => void;

const DELTA = 5;

const readers = [
  ours<Reader>("`markdownBlocks`", (chunks) => {
    const machine = markdownBlocks().start(() => undefined);
    for (const chunk of chunks) machine.push(chunk);
    machine.flush();
  }),
  peer<Reader>("@incremark/core", ({ createIncremarkParser }: Incremark) => (chunks) => {
    const parser = createIncremarkParser({ gfm: true });
    for (const chunk of chunks) parser.append(chunk);
    parser.finalize();
  }),
  peer<Reader>("marked", ({ lexer }: Marked) => growing(lexer), "`lexer`"),
  peer<Reader>("remend", ({ default: remend }: Remend) => growing(remend)),
];

export const textMarkdown: Claim = {
  name: "markdown",
  head: ["library", "time for _n_ characters in deltas"],
  byHand: true,
  rows: rowsOf(readers, async (read) => [
    await growthOf((size) => read(cutText(markdown(size), DELTA))),
  ]),
};

/** What knows whole texts only is asked again for each delta. */
function growing(work: (text: string) => unknown): Reader {
  return (chunks) => {
    let text = "";
    for (const chunk of chunks) work((text += chunk));
  };
}

interface Incremark {
  createIncremarkParser: (options: { gfm: boolean }) => {
    append: (chunk: string) => void;
    finalize: () => void;
  };
}
interface Marked {
  lexer: (text: string) => unknown;
}
interface Remend {
  default: (text: string) => string;
}

import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { Block } from "../reading.ts";
import { drawn } from "./markdown-tokens.ts";
import { panel } from "./panel.ts";

const LONGEST_OPEN = 8_000; // characters of a block that are looked at again and again

/** The answer as its author meant it; of all blocks, only the open one is looked at again. */
export function markdown(
  blocks: readonly Block[],
  about: { id: string; title: string } = { id: "markdown", title: "Markdown" },
): TemplateResult {
  return panel({
    ...about,
    stage: "markdownBlocks()",
    count: blocks.length === 0 ? undefined : `${blocks.length} blocks`,
    empty: "Headings, lists, tables and code, drawn block by block while they grow.",
    content:
      blocks.length === 0
        ? nothing
        : blocks.map(
            ({ text, closed }) => html`
              <div class=${closed ? "markdown" : "markdown open"}>
                ${!closed && text.length > LONGEST_OPEN ? text : guard([text], () => drawn(text))}
              </div>
            `,
          ),
  });
}

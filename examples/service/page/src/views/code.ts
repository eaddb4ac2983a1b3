import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { highlight } from "../highlight.ts";
import type { Code } from "../reading.ts";
import { panel } from "./panel.ts";

/** The fenced blocks of the answer, alone. */
export function code(blocks: readonly Code[]): TemplateResult {
  return panel({
    id: "code",
    title: "Code",
    stage: "codeBlocks()",
    count: blocks.length === 0 ? undefined : String(blocks.length),
    empty: "Fenced code, taken out of the words round it.",
    content: blocks.length === 0 ? nothing : blocks.map(block),
  });
}

function block({ lang, meta, text, closed }: Code): TemplateResult {
  return html`
    <figure class=${closed ? "block" : "block open"}>
      <figcaption>${lang || "no language"} ${meta}</figcaption>
      ${coloured(text, lang)}
    </figure>
  `;
}

/** Code with its tokens coloured; only what has grown is looked at again. */
export function coloured(text: string, lang: string): TemplateResult {
  const tokens = () =>
    highlight(text, lang).map(({ kind, text }) => html`<span class="token ${kind}">${text}</span>`);
  return html`<pre><code>${guard([text, lang], tokens)}</code></pre>`;
}

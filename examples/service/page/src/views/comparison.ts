import { html, nothing, type TemplateResult } from "lit-html";
import type { Column } from "../state.ts";
import { amount, milliseconds, perSecond } from "./format.ts";
import { markdown } from "./markdown.ts";

/** Several models side by side. */
export function comparison(columns: readonly Column[]): TemplateResult {
  return html`<div class="comparison">${columns.map(oneModel)}</div>`;
}

function oneModel({ model, reading, meter, problem }: Column, at: number): TemplateResult {
  const { timeToFirstText, tokensPerSecond, chunks } = meter.snapshot();
  return html`
    <div class="column">
      ${markdown(reading.blocks, { id: `model-${at}`, title: model })}
      ${problem === undefined ? nothing : html`<p class="problem">${problem}</p>`}
      <dl class="figures">
        <div>
          <dt>First token</dt>
          <dd>${milliseconds(timeToFirstText)}</dd>
        </div>
        <div>
          <dt>Tokens a second</dt>
          <dd>${perSecond(tokensPerSecond)}</dd>
        </div>
        <div>
          <dt>Deltas</dt>
          <dd>${amount(chunks)}</dd>
        </div>
      </dl>
    </div>
  `;
}

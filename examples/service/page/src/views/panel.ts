import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";

export interface Panel {
  id: string;
  title: string;
  /** What makes it of the stream, as one would write it. */
  stage?: string;
  /** How many there are. */
  count?: string | undefined;
  /** What there will be, while there is nothing. */
  empty: string;
  content: unknown;
}

/** A view of the stream, in a frame that scrolls. */
export function panel({ id, title, stage, count, empty, content }: Panel): TemplateResult {
  return html`
    <section class="panel" id=${id} aria-labelledby="${id}-title">
      <header>
        <h2 id="${id}-title">${title}</h2>
        ${count === undefined ? nothing : html`<span class="count">${count}</span>`}
        ${stage === undefined ? nothing : html`<code class="stage">${stage}</code>`}
      </header>
      <div class="content" role="group" aria-labelledby="${id}-title" tabindex="0" data-follow>
        ${content === nothing ? html`<p class="empty">${empty}</p>` : content}
      </div>
    </section>
  `;
}

const GROUP = 64;

/** A list that only grows, in groups: of those that are full nothing is looked at again. */
export function inGroups<T>(
  items: readonly T[],
  render: (item: T, index: number) => TemplateResult,
): unknown {
  if (items.length === 0) return nothing;
  const starts = Array.from({ length: Math.ceil(items.length / GROUP) }, (_, at) => at * GROUP);
  return starts.map((from) => {
    const group = items.slice(from, from + GROUP);
    return guard([items, group.length], () => group.map((item, at) => render(item, from + at)));
  });
}

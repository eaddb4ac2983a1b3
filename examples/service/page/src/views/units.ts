import { html, type TemplateResult } from "lit-html";
import { inGroups, panel } from "./panel.ts";

/** Pieces of text, each with an edge of its own, so that one sees where it begins. */
export function units(
  id: string,
  title: string,
  items: readonly string[],
  empty: string,
): TemplateResult {
  return panel({
    id,
    title,
    stage: `${id}()`,
    count: items.length === 0 ? undefined : items.length.toLocaleString("en"),
    empty,
    content: inGroups(items, (item) => html`<span class="unit">${item}</span>`),
  });
}

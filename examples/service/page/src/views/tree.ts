import { html, nothing, type TemplateResult } from "lit-html";
import type { Tree } from "../growing-json.ts";
import { panel, type Panel } from "./panel.ts";

const MOST_SHOWN = 200; // members of one value

/** JSON that grows, each document as a tree. */
export function trees(
  about: Pick<Panel, "id" | "title" | "stage" | "empty">,
  all: readonly Tree[],
): TemplateResult {
  return panel({
    ...about,
    stage: about.stage ?? "",
    count: all.length === 0 ? undefined : String(all.length),
    content: all.length === 0 ? nothing : all.map(one),
  });
}

function one({ name, value, complete, problem }: Tree): TemplateResult {
  const state = problem !== undefined ? "broken" : complete ? "complete" : "growing …";
  return html`
    <figure class=${complete ? "block" : "block open"}>
      <figcaption>${name} <span class="quiet">${state}</span></figcaption>
      <div class="tree">${value === undefined ? nothing : node(value)}</div>
      ${problem === undefined ? nothing : html`<p class="problem">${problem}</p>`}
    </figure>
  `;
}

function node(value: unknown): TemplateResult {
  if (typeof value !== "object" || value === null) return scalar(value);
  const members = Object.entries(value);
  const isArray = Array.isArray(value);
  if (members.length === 0) return html`<span class="quiet">${isArray ? "[ ]" : "{ }"}</span>`;
  const rest = members.length - MOST_SHOWN;
  return html`
    <ul>
      ${members
        .slice(0, MOST_SHOWN)
        .map(
          ([name, inside]) =>
            html`<li><span class=${isArray ? "index" : "key"}>${name}</span> ${node(inside)}</li>`,
        )}
      ${rest > 0 ? html`<li class="quiet">and ${rest} more</li>` : nothing}
    </ul>
  `;
}

function scalar(value: unknown): TemplateResult {
  const kind = value === null ? "null" : typeof value;
  return html`<span class="scalar ${kind}">${JSON.stringify(value)}</span>`;
}

import { html, nothing, type TemplateResult } from "lit-html";
import type { Reading } from "../reading.ts";
import type { State, Theme } from "../state.ts";
import type { Actions } from "./actions.ts";
import { askForm } from "./ask-form.ts";
import { chunks } from "./chunks.ts";
import { code } from "./code.ts";
import { comparison } from "./comparison.ts";
import { cuts } from "./cuts.ts";
import { markdown } from "./markdown.ts";
import { panel } from "./panel.ts";
import { progress } from "./progress.ts";
import { timing } from "./timing.ts";
import { trees } from "./tree.ts";
import { units } from "./units.ts";

/** The page, as a function of what there is to show. */
export function page(state: State, actions: Actions): TemplateResult {
  const { answer, way } = state;
  const isComparison = (answer?.way ?? way) === "models";
  return html`
    <header class="top">
      <img src="/icon.svg" alt="" width="32" height="32" />
      <h1>Millrace</h1>
      <p>One stream, read in every way at once, while it comes in.</p>
      ${themes(state, actions)}
    </header>
    <main>
      <div class="side">
        ${askForm(state, actions)} ${progress(state, actions)} ${cuts(state, actions)}
      </div>
      <div class=${isComparison ? "views compared" : "views"}>
        ${chunks(answer)} ${timing(answer)}
        ${
          isComparison && answer !== undefined
            ? comparison(answer.columns)
            : readings(answer?.columns[0]?.reading)
        }
      </div>
    </main>
  `;
}

function readings(reading: Reading | undefined): TemplateResult {
  return html`
    ${units("words", "Words", reading?.words ?? [], "Each as soon as it is whole.")}
    ${units("sentences", "Sentences", reading?.sentences ?? [], "Ready to be spoken. “Dr. Ada” is one.")}
    ${markdown(reading?.blocks ?? [])} ${code(reading?.code ?? [])}
    ${trees(
      {
        id: "json",
        title: "JSON",
        stage: "partialJson()",
        empty: "A value that can be used before it is whole.",
      },
      reading?.json ?? [],
    )}
    ${trees(
      {
        id: "tools",
        title: "Tool calls",
        stage: "toolInputs()",
        empty: "The arguments of a call, while the model writes them.",
      },
      reading?.tools ?? [],
    )}
    ${panel({
      id: "reasoning",
      title: "Reasoning",
      stage: "reasoning()",
      empty: "What the model thinks before it answers, if it says so.",
      content:
        reading === undefined || reading.reasoning === ""
          ? nothing
          : html`<p class="prose">${reading.reasoning}</p>`,
    })}
  `;
}

const THEMES: readonly Theme[] = ["system", "light", "dark"];

function themes({ theme }: State, actions: Actions): TemplateResult {
  return html`
    <label class="theme">
      <span>Theme</span>
      <select
        @change=${({ target }: Event) => actions.setTheme((target as HTMLSelectElement).value as Theme)}
      >
        ${THEMES.map((each) => html`<option value=${each} ?selected=${each === theme}>${each}</option>`)}
      </select>
    </label>
  `;
}

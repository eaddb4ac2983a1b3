import { html, nothing, type TemplateResult } from "lit-html";
import { SUGGESTIONS } from "../recordings.ts";
import { isBusy, type Model, type State, type Way } from "../state.ts";
import type { Actions } from "./actions.ts";

const WAYS: readonly { way: Way; title: string }[] = [
  { way: "sse", title: "Event stream" },
  { way: "socket", title: "WebSocket" },
  { way: "models", title: "Two models" },
];

/** What is asked, of whom, and over what. */
export function askForm(state: State, actions: Actions): TemplateResult {
  const { prompt, way, isReplay } = state;

  function submit(event: Event): void {
    event.preventDefault();
    actions.ask();
  }

  function submitByKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    (event.target as HTMLTextAreaElement).form!.requestSubmit();
  }

  return html`
    <form class="ask" aria-label="Question" @submit=${submit}>
      <label for="prompt">Ask something</label>
      <textarea
        id="prompt"
        rows="3"
        required
        autocomplete="off"
        aria-describedby="keys"
        .value=${prompt}
        @input=${({ target }: InputEvent) =>
          actions.change({ prompt: (target as HTMLTextAreaElement).value })}
        @keydown=${submitByKey}
      ></textarea>
      <ul class="suggestions" aria-label="Suggestions">
        ${SUGGESTIONS.map(
          (suggestion) =>
            html`<li>
              <button
                type="button"
                @click=${() => {
                  actions.change({ prompt: suggestion.prompt, model: "" });
                  actions.ask();
                }}
              >
                ${suggestion.title}
              </button>
            </li>`,
        )}
      </ul>
      <fieldset class="ways">
        <legend>Over</legend>
        ${WAYS.filter((each) => each.way !== "models" || state.models.length > 1).map(
          (each) =>
            html`<label>
              <input
                type="radio"
                name="way"
                .checked=${each.way === way}
                @change=${() => actions.change({ way: each.way })}
              />
              <span>${each.title}</span>
            </label>`,
        )}
      </fieldset>
      ${models(state, actions)} ${state.needsKey ? key(state, actions) : nothing}
      <div class="buttons">
        <button class="primary" type="submit">${isBusy(state) ? "Ask again" : "Ask"}</button>
        <button type="button" ?disabled=${!isBusy(state)} @click=${actions.cancel}>Cancel</button>
      </div>
      <p class="quiet" id="keys">
        <kbd>Ctrl</kbd> <kbd>Enter</kbd> asks, <kbd>Esc</kbd> cancels.
        ${isReplay ? html`Answers are replayed: set <code>OPENAI_API_KEY</code> to ask a model.` : nothing}
      </p>
    </form>
  `;
}

function key({ key }: State, actions: Actions): TemplateResult {
  return html`
    <label class="secret">
      <span>Key</span>
      <input
        type="password"
        autocomplete="off"
        .value=${key}
        @input=${({ target }: InputEvent) =>
          actions.change({ key: (target as HTMLInputElement).value })}
      />
    </label>
  `;
}

function models(state: State, actions: Actions): TemplateResult {
  const { isReplay, model, other, way } = state;
  const noun = isReplay ? "Recording" : "Model";
  const chosen = { name: "", title: isReplay ? "By the question" : "The first that answers" };
  return html`
    <div class="models">
      ${select(way === "models" ? `${noun} A` : noun, model, way === "models" ? state.models : [chosen, ...state.models], (model) => actions.change({ model }))}
      ${way === "models" ? select(`${noun} B`, other, state.models, (other) => actions.change({ other })) : nothing}
    </div>
  `;
}

function select(
  label: string,
  value: string,
  all: readonly Model[],
  choose: (name: string) => void,
): TemplateResult {
  return html`
    <label>
      <span>${label}</span>
      <select @change=${({ target }: Event) => choose((target as HTMLSelectElement).value)}>
        ${all.map(({ name, title }) => html`<option value=${name} ?selected=${name === value}>${title}</option>`)}
      </select>
    </label>
  `;
}

import { html, nothing, type TemplateResult } from "lit-html";
import { nameOfSize, SIZES } from "../cuts.ts";
import type { Check, State } from "../state.ts";
import type { Actions } from "./actions.ts";

const LONGEST_JITTER = 200; // milliseconds

/** Sliders between the network and the decoder, and the proof that they change nothing. */
export function cuts(state: State, actions: Actions): TemplateResult {
  const { size, jitter, way, answer } = state;
  const isSocket = way === "socket";
  return html`
    <section class="cuts" aria-labelledby="cuts-title">
      <h2 id="cuts-title">Cut it differently</h2>
      <label for="size"
        >Chunk size <span class="value" aria-hidden="true">${nameOfSize(SIZES[size])}</span></label
      >
      <input
        id="size"
        type="range"
        min="0"
        max=${SIZES.length - 1}
        step="1"
        .value=${String(size)}
        aria-valuetext=${nameOfSize(SIZES[size])}
        ?disabled=${isSocket}
        @input=${({ target }: InputEvent) =>
          actions.resize((target as HTMLInputElement).valueAsNumber)}
      />
      <label for="jitter">
        Jitter
        <span class="value" aria-hidden="true"
          >${jitter === 0 ? "none" : `up to ${jitter} ms`}</span
        >
      </label>
      <input
        id="jitter"
        type="range"
        min="0"
        max=${LONGEST_JITTER}
        step="10"
        .value=${String(jitter)}
        aria-valuetext=${jitter === 0 ? "none" : `up to ${jitter} milliseconds`}
        ?disabled=${isSocket}
        @input=${({ target }: InputEvent) =>
          actions.change({ jitter: (target as HTMLInputElement).valueAsNumber })}
      />
      ${
        isSocket
          ? html`<p class="quiet">
              A WebSocket brings frames, not bytes: there is nothing to cut.
            </p>`
          : way === "models"
            ? html`<p class="quiet">Two answers share these chunks, which may end anywhere.</p>`
            : result(answer?.check)
      }
    </section>
  `;
}

function result(check: Check | undefined): TemplateResult {
  if (check === undefined) {
    return html`<p class="quiet">
      Chunks may end anywhere, also inside a character. When the answer is whole, it is read again
      with every cut.
    </p>`;
  }
  const { differences, sizes, first } = check;
  if (differences.length > 0) {
    return html`<p class="verdict different">Other output: ${differences.join(", ")}</p>`;
  }
  return html`
    <p class="verdict same">
      <span>Same output: ✓</span>
      <span class="quiet">${sizes.size} of ${SIZES.length} cuts</span>
    </p>
    ${
      sizes.size === 0
        ? nothing
        : html`<p class="hash quiet">
            words <code>${first.words}</code> sentences <code>${first.sentences}</code> Markdown
            <code>${first.blocks}</code> JSON <code>${first.json}</code>
          </p>`
    }
  `;
}

import { html, nothing, type TemplateResult } from "lit-html";
import type { Answer, Phase, State } from "../state.ts";
import type { Actions } from "./actions.ts";
import { amount } from "./format.ts";

const WORDS: Readonly<Record<Phase, string>> = {
  idle: "Ready.",
  waiting: "Waiting for the first token …",
  streaming: "Streaming …",
  lost: "Connection lost. Coming back …",
  finished: "Finished",
  cancelled: "Cancelled.",
  failed: "Failed.",
};

/** Where the answer stands: the one thing that is read out, once for each change. */
export function progress(state: State, actions: Actions): TemplateResult {
  const { phase, problem, answer } = state;
  const canDrop = answer?.way === "sse" && phase === "streaming";
  return html`
    <section class="progress ${phase}" aria-label="Progress">
      <p class="state" role="status">${phase === "finished" ? ending(answer) : WORDS[phase]}</p>
      ${phase === "failed" ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
      <button type="button" ?disabled=${!canDrop} @click=${actions.drop}>
        Drop the connection
      </button>
      ${connection(answer)}
    </section>
  `;
}

function ending(answer: Answer | undefined): string {
  const [column] = answer?.columns ?? [];
  const total = column?.done?.usage?.outputTokens.total;
  const tokens = total === undefined ? "" : `, ${amount(total)} tokens`;
  return `Finished: ${column?.done?.finishReason ?? "stop"}${tokens}.`;
}

/** What a lost connection cost: nothing, as the numbers of the events show. */
function connection(answer: Answer | undefined): TemplateResult {
  if (answer?.way !== "sse") {
    return html`<p class="quiet">
      An event stream can be dropped: it goes on without you, and you come back to it.
    </p>`;
  }
  const { events, doubled, missing, returns, connections } = answer.wire;
  return html`
    <dl class="figures">
      <div>
        <dt>Connections</dt>
        <dd>${connections.length}</dd>
      </div>
      <div>
        <dt>Events</dt>
        <dd>${amount(events)}</dd>
      </div>
      <div>
        <dt>Came back behind</dt>
        <dd>${returns.length === 0 ? "–" : returns.map(amount).join(", ")}</dd>
      </div>
      <div>
        <dt>Twice, or never</dt>
        <dd>${doubled}, ${missing}</dd>
      </div>
    </dl>
  `;
}

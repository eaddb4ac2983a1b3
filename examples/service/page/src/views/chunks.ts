import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Answer } from "../state.ts";
import { panel } from "./panel.ts";

const MOST_SHOWN = 240;
const WORTH_A_SIZE = 64; // bytes
const LONGEST_SHOWN = 150; // bytes of one

/** What the decoder got, chunk by chunk, as it stands on the wire. */
export function chunks(answer: Answer | undefined): TemplateResult {
  const pieces = answer?.pieces ?? [];
  const hidden = Math.max(0, pieces.length - MOST_SHOWN);
  const shown = pieces.slice(hidden).map((bytes, at) => ({ bytes, number: hidden + at }));
  return panel({
    id: "chunks",
    title: answer?.way === "socket" ? "Frames" : "Chunks",
    stage: answer?.way === "socket" ? "connectSocket()" : "decodeSse()",
    count: pieces.length === 0 ? undefined : pieces.length.toLocaleString("en"),
    empty: "The bytes of the answer, in the pieces that the network makes of them.",
    content:
      pieces.length === 0
        ? nothing
        : html`
            ${
              hidden === 0
                ? nothing
                : html`<p class="quiet">${hidden.toLocaleString("en")} before these …</p>`
            }
            <ol class="chunks" start=${hidden + 1}>
              ${repeat(shown, ({ number }) => number, chunk)}
            </ol>
          `,
  });
}

function chunk({ bytes }: { bytes: Uint8Array }): TemplateResult {
  const size = bytes.length < WORTH_A_SIZE ? nothing : html` <small>${bytes.length} B</small>`;
  return html`<li>${textOf(bytes)}${size}</li>`;
}

/** A character that is cut shows as what it is: broken. */
function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, LONGEST_SHOWN)).replaceAll("\n", "↵");
  return bytes.length > LONGEST_SHOWN ? `${text}…` : text;
}

import { html, nothing, svg, type TemplateResult } from "lit-html";
import { growth, histogram, type Bar } from "../timing.ts";
import type { Answer } from "../state.ts";
import { amount, bytes, milliseconds, perSecond, UNKNOWN } from "./format.ts";

const WIDTH = 400;
const HEIGHT = 72;
const TICK = 6;
const MILLISECOND = 1000; // of a second

/** When what came came: figures to read, and two drawings of the same. */
export function timing(answer: Answer | undefined): TemplateResult {
  const network = answer?.wire.meter.snapshot();
  const tokens = answer?.columns[0]?.meter.snapshot();
  const duration = network?.duration ?? 0;
  const first = tokens?.timeToFirstText;
  const gaps = network?.timePerChunk;
  return html`
    <section class="panel" id="timing" aria-labelledby="timing-title">
      <header>
        <h2 id="timing-title">Timing</h2>
        <code class="stage">metrics()</code>
      </header>
      <dl class="figures">
        ${figure("First token", milliseconds(tokens?.timeToFirstChunk))}
        ${figure("First text", milliseconds(first))}
        ${figure("Tokens a second", perSecond(tokens?.tokensPerSecond))}
        ${figure("Bytes", network === undefined ? UNKNOWN : bytes(network.bytes))}
      </dl>
      ${drawing(
        "How the answer grew",
        answer === undefined
          ? "Nothing has come yet."
          : `It grew for ${duration.toFixed(1)} seconds, in ${amount(answer.wire.arrivals.length)} chunks.`,
        answer === undefined ? nothing : timeline(answer, duration * MILLISECOND, first),
        ["0 s", `${duration.toFixed(1)} s`],
      )}
      ${drawing(
        "Silence between chunks, in milliseconds",
        gaps === undefined
          ? "Nothing has come yet."
          : `Half of the silences were shorter than ${milliseconds(gaps.p50)}, nine of ten than ${milliseconds(gaps.p90)}; the longest took ${milliseconds(gaps.max)}.`,
        network === undefined ? nothing : bars(histogram(network)),
        ["0", "2", "5", "10", "20", "50", "100", "200", "500", "1 s"],
      )}
    </section>
  `;
}

function figure(name: string, value: string): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** A drawing says in words what it shows: to those who see it as its title, to others instead. */
function drawing(
  title: string,
  words: string,
  content: unknown,
  scale: readonly string[],
): TemplateResult {
  return html`
    <figure class="drawing">
      <figcaption>${title}</figcaption>
      <svg
        viewBox="0 0 ${WIDTH} ${HEIGHT}"
        preserveAspectRatio="none"
        role="img"
        aria-label="${title}. ${words}"
      >
        <line class="axis" x1="0" x2=${WIDTH} y1=${HEIGHT} y2=${HEIGHT}></line>
        ${content}
      </svg>
      <div class="scale ${scale.length > 2 ? "edges" : ""}" aria-hidden="true">
        ${scale.map((mark) => html`<span>${mark}</span>`)}
      </div>
    </figure>
  `;
}

function timeline(
  { wire: { arrivals } }: Answer,
  duration: number,
  first: number | undefined,
): TemplateResult {
  const points = growth(arrivals, duration, WIDTH);
  const top = (y: number) => (HEIGHT - TICK) * (1 - y) + 1;
  const line = points.map(({ x, y }) => `L${(x * WIDTH).toFixed(1)} ${top(y).toFixed(1)}`);
  const ticks = points.map(({ x }) => `M${(x * WIDTH).toFixed(1)} ${HEIGHT}v-${TICK}`);
  const at = ((first ?? 0) * MILLISECOND * WIDTH) / duration;
  return svg`
    <path class="area" d="M0 ${HEIGHT - TICK}${line.join("")}V${HEIGHT - TICK}Z"></path>
    <path class="curve" d="M0 ${HEIGHT - TICK}${line.join("")}"></path>
    <path class="ticks" d=${ticks.join("") || "M0 0"}></path>
    ${first === undefined ? nothing : svg`<line class="first" x1=${at} x2=${at} y1="0" y2=${HEIGHT}></line>`}
  `;
}

function bars(all: readonly Bar[]): TemplateResult[] {
  const highest = Math.max(1, ...all.map(({ count }) => count));
  const width = WIDTH / all.length;
  return all.map(({ count }, at) => {
    const height = (count / highest) * (HEIGHT - 2);
    return svg`<rect
      class="bar"
      x=${at * width + 1}
      width=${width - 2}
      y=${HEIGHT - height}
      height=${height}
    ></rect>`;
  });
}

/* global document */
import { readEvents } from "./event-stream.js";

const NEAR_THE_END = 48; // pixels: who has scrolled up further wants to read on there

/** A column of the page: one route of the service, and what it gives. */
export function openColumn(section) {
  const { path, unit, bufferType } = section.dataset;
  const units = section.querySelector(".units");
  const count = section.querySelector(".count");
  const first = section.querySelector(".first");
  const time = section.querySelector(".time");

  /** Streams an answer; resolves with how it ended, rejects with why it did not. */
  async function stream(prompt, signal, onFirst) {
    const begun = performance.now();
    units.replaceChildren();
    for (const figure of [count, first, time]) figure.textContent = "–";
    let shown = 0;
    let last;
    let failure;

    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ prompt, ...(bufferType && { buffer_type: bufferType }) }),
      signal,
    });
    if (!response.ok) throw new Error(await reasonOf(response));
    const clock = setInterval(() => {
      time.textContent = seconds(begun);
    }, 100);
    try {
      await readEvents(response.body, (data) => {
        if (data.error) failure = data.error;
        else if (data.done) last = data;
        else {
          if (shown === 0) {
            first.textContent = seconds(begun);
            onFirst();
          }
          append(data.content ?? data.item);
          count.textContent = String(++shown);
        }
      });
    } finally {
      clearInterval(clock);
      time.textContent = seconds(begun);
    }
    if (failure) throw new Error(failure.message);
    if (!last) throw new Error("The connection to the service broke off.");
    return { count: `${shown} ${shown === 1 ? unit : `${unit}s`}`, ...last };
  }

  function append(text) {
    const following = units.scrollHeight - units.scrollTop - units.clientHeight < NEAR_THE_END;
    const span = document.createElement("span");
    span.textContent = text;
    units.append(span);
    if (following) units.scrollTop = units.scrollHeight;
  }

  return { stream };
}

async function reasonOf(response) {
  try {
    const { error } = await response.json();
    return error.message;
  } catch {
    return `The service answered ${response.status}.`;
  }
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`;
}

/* global document, matchMedia */
import { openColumn } from "./column.js";

const form = document.querySelector("form");
const prompt = document.querySelector("#prompt");
const cancelButton = document.querySelector("#cancel");
const progress = document.querySelector("#progress");
const state = document.querySelector("#state");
const problem = document.querySelector("#problem");
const narrow = matchMedia("(max-width: 55rem)");
const columns = [...document.querySelectorAll("section[data-path]")].map(openColumn);
let running; // what cancels the answers that are coming in

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (form.reportValidity()) void start();
});

prompt.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") cancel();
});

cancelButton.addEventListener("click", cancel);

for (const suggestion of document.querySelectorAll("#suggestions button")) {
  suggestion.addEventListener("click", () => {
    prompt.value = suggestion.textContent;
    form.requestSubmit();
  });
}

/** Asks all three routes at once. A second start cancels the first. */
async function start() {
  running?.abort();
  const own = (running = new AbortController());
  const { signal } = own;
  cancelButton.disabled = false;
  problem.hidden = true;
  state.textContent = "Waiting for the first token …";
  if (narrow.matches) progress.scrollIntoView(); // the form leaves no room for what comes
  const say = () => {
    state.textContent = "Streaming …";
  };
  const ends = await Promise.allSettled(
    columns.map((column) => column.stream(prompt.value, signal, say)),
  );
  if (running !== own) return; // another start has taken over
  stop();
  if (signal.aborted) state.textContent = "Cancelled.";
  else tell(ends);
}

function cancel() {
  running?.abort();
}

function stop() {
  if (document.activeElement === cancelButton) prompt.focus(); // a disabled button loses the focus
  cancelButton.disabled = true;
  running = undefined;
}

function tell(ends) {
  const reasons = ends.flatMap(({ reason }) => (reason ? [reason.message] : []));
  if (reasons.length > 0) {
    state.textContent = "Failed.";
    problem.textContent = [...new Set(reasons)].join(" ");
    problem.hidden = false;
    return;
  }
  const counts = ends.map(({ value }) => value.count).join(", ");
  state.textContent = `Finished (${ends[0].value.finishReason}): ${counts}.`;
}

const health = await fetch("/health").then(
  (response) => response.json(),
  () => undefined,
);
if (health?.upstream === "openai") {
  document.querySelector("#source").textContent =
    `Answers come from ${health.model}; each column is a request of its own.`;
}

import { render } from "lit-html";
import { beginCheck, tryCut } from "./check-cuts.ts";
import { SIZES } from "./cuts.ts";
import { findModels } from "./health.ts";
import { SUGGESTIONS } from "./recordings.ts";
import { startRun, type Run } from "./run.ts";
import { keepScrolling } from "./scrolling.ts";
import { isBusy, type Answer, type State } from "./state.ts";
import { readTheme, showTheme } from "./theme.ts";
import type { Actions } from "./views/actions.ts";
import { page } from "./views/page.ts";

// Data goes round one way: state → page → actions → state.

const root = document.querySelector<HTMLElement>("#page")!;

let state: State = {
  prompt: SUGGESTIONS[0]!.prompt,
  models: [],
  isReplay: false,
  model: "",
  other: "",
  way: "sse",
  needsKey: false,
  key: "",
  size: 0,
  jitter: 0,
  theme: readTheme(),
  phase: "idle",
  problem: undefined,
  answer: undefined,
};
const TICK = 100; // milliseconds between two looks at the clock, while nothing else happens
const narrow = matchMedia("(max-width: 52rem)");
let run: Run | undefined;
let turns = 0; // how many questions have been asked
let tick: ReturnType<typeof setTimeout> | undefined;
let isDrawn = true; // nothing has changed since the page was drawn

function change(fields: Partial<State>): void {
  state = { ...state, ...fields };
  if (!isDrawn) return;
  isDrawn = false;
  requestAnimationFrame(draw);
}

function draw(): void {
  isDrawn = true;
  const scroll = keepScrolling(root);
  render(page(state, actions), root);
  scroll();
  clearTimeout(tick);
  if (isBusy(state)) tick = setTimeout(() => change({}), TICK); // the clocks go on
}

const actions: Actions = {
  change,

  ask() {
    run?.cancel();
    const turn = ++turns;
    run = startRun(state, {
      cut: () => ({ size: SIZES[state.size], jitter: state.jitter }),
      report(fields) {
        if (turn !== turns) return; // another question has taken over
        change(fields);
        if (state.answer !== undefined && !isBusy(state)) void checkAllCuts(state.answer);
      },
    });
    // On a phone the form leaves no room for what comes.
    if (narrow.matches) root.querySelector(".progress")!.scrollIntoView();
  },

  cancel: () => run?.cancel(),
  drop: () => run?.drop(),

  resize(size) {
    const { answer } = state;
    change({ size });
    if (answer?.check === undefined) return;
    const { reading, pieces, check } = tryCut(answer, answer.check, SIZES[size]);
    const [column] = answer.columns as [Answer["columns"][number]];
    change({ answer: { ...answer, pieces, check, columns: [{ ...column, reading }] } });
  },

  setTheme(theme) {
    showTheme(theme);
    change({ theme });
  },
};

/** Tries every cut that the slider offers, one a frame, so that the page stays quick. */
async function checkAllCuts(answer: Answer): Promise<void> {
  const isNothing = answer.pieces.length === 0;
  if (isNothing || answer.way !== "sse" || answer.check !== undefined) return;
  change({ answer: { ...answer, check: beginCheck(answer, state.phase === "finished") } });
  for (const size of SIZES) {
    await new Promise(requestAnimationFrame);
    const { answer: shown } = state;
    if (shown?.wire !== answer.wire || shown.check === undefined) return;
    change({ answer: { ...shown, check: tryCut(shown, shown.check, size).check } });
  }
}

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") run?.cancel();
});
addEventListener("pagehide", () => run?.cancel());

showTheme(state.theme);
draw(); // at once: frames come only while somebody sees the page
change(await findModels());

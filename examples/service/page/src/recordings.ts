import type { Model } from "./state.ts";

/** What the embedded upstream has to give: each is asked for as a model of this name. */
export const RECORDINGS: readonly Model[] = [
  { name: "tour", title: "Tour: all of it at once" },
  { name: "prose", title: "Prose full of traps" },
  { name: "code", title: "Code, a table, fences" },
  { name: "languages", title: "Many scripts" },
  { name: "reasoning", title: "Reasoning" },
  { name: "tools", title: "Two tool calls" },
];

/** Questions that the embedded upstream knows, and that any model can answer. */
export const SUGGESTIONS: readonly { title: string; prompt: string }[] = [
  {
    title: "Take a tour",
    prompt:
      "Take me on a tour of a mill race: in words, in TypeScript, and as JSON. Then open the sluice.",
  },
  { title: "Show me some code", prompt: "Show me some code for the power of a water wheel." },
  { title: "Many languages", prompt: "Greet me in many languages." },
  { title: "Call a tool", prompt: "Save a recipe for bread with your tools." },
];

import type { State, Theme } from "../state.ts";

/** What can be done with the page. */
export interface Actions {
  change(this: void, fields: Partial<State>): void;
  ask(this: void): void;
  cancel(this: void): void;
  /** Breaks the connection. */
  drop(this: void): void;
  /** Cuts in another size: what comes, or once more what has come. */
  resize(this: void, size: number): void;
  setTheme(this: void, theme: Theme): void;
}

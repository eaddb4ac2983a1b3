import type { State, Theme } from "../state.ts";

/** What can be done with the page. */
export interface Actions {
  change(fields: Partial<State>): void;
  ask(): void;
  cancel(): void;
  /** Breaks the connection. */
  drop(): void;
  /** Cuts in another size: what comes, or once more what has come. */
  resize(size: number): void;
  setTheme(theme: Theme): void;
}

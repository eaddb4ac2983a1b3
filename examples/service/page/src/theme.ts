import type { Theme } from "./state.ts";

const KEY = "theme";

/** What was chosen here before. */
export function readTheme(): Theme {
  const kept = attempt(() => localStorage.getItem(KEY));
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** Shows a theme, and keeps it for the next visit. */
export function showTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  attempt(() => localStorage.setItem(KEY, theme));
}

/** Who lets nothing be stored has the system's theme each time. */
function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}

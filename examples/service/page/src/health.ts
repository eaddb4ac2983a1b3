import { RECORDINGS } from "./recordings.ts";
import type { State } from "./state.ts";

interface Health {
  upstream: string;
  models: string[];
}

const UNKNOWN: Health = { upstream: "unknown", models: [] };

/** Whom the service asks: real models, or the recordings that come with it. */
export async function findModels(): Promise<
  Pick<State, "models" | "isReplay" | "model" | "other">
> {
  const response = await fetch("/health").catch(() => undefined);
  const health = ((await response?.json().catch(() => undefined)) ?? UNKNOWN) as Health;
  const isReplay = health.upstream === "replay";
  const models = isReplay
    ? RECORDINGS
    : health.models.map((name) => ({ name, title: name.replace(":", " · ") }));
  const [first, second = first] = models;
  return { models, isReplay, model: "", other: second?.name ?? "" };
}

import type { Provider } from "@millrace/providers";
import { usageFailure } from "../failure.ts";
import { closest } from "../filter/suggest.ts";
import { PROVIDERS, type Environment, type ProviderRow } from "./providers.ts";

export interface ProviderChoice {
  /** As in `openai`, or, with its model, `openai:gpt-4o-mini`. */
  readonly providers: readonly string[];
  /** For those that have none in their name, in the same order. */
  readonly models: readonly string[];
  readonly baseUrl: string | undefined;
}

const SEE = "millrace providers lists them all.";

/** The providers that are named, with keys from the environment. */
export function openProviders(choice: ProviderChoice, env: Environment): Provider[] {
  const { providers, baseUrl } = choice;
  if (providers.length === 0) throw usageFailure("Name a provider: --provider openai.", SEE);
  if (baseUrl !== undefined && providers.length > 1) {
    throw usageFailure("--base-url is for one provider; these are several.");
  }
  const models = [...choice.models];
  const opened = providers.map((named) => {
    const [name = "", ...model] = named.split(":"); // models have colons, too
    const row = Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined;
    if (row === undefined) throw unknownProvider(name);
    const own = model.length > 0 ? model.join(":") : models.shift();
    if (own === undefined || own === "") throw usageFailure(`Name a model for ${name}: --model ….`);
    return openProvider(name, row, own, baseUrl, env);
  });
  const [left] = models;
  if (left !== undefined) throw usageFailure(`--model ${left} is for none of the providers.`);
  return opened;
}

function openProvider(
  name: string,
  row: ProviderRow,
  model: string,
  baseUrl: string | undefined,
  env: Environment,
): Provider {
  const { base: [variable, path] = [] } = row;
  const told = variable === undefined ? undefined : filled(env[variable]);
  const baseURL = baseUrl ?? (told === undefined ? undefined : withScheme(told) + (path ?? ""));
  const apiKey = row.keys.map((key) => filled(env[key])).find((key) => key !== undefined);
  // A server of one's own may need none.
  if (apiKey === undefined && row.keyless !== true && baseURL === undefined) {
    throw usageFailure(`${name} needs a key: set ${row.keys.join(" or ")}.`);
  }
  if (name === "azure" && baseURL === undefined) {
    throw usageFailure("azure needs to know where: set AZURE_OPENAI_ENDPOINT.");
  }
  if (baseURL !== undefined && !URL.canParse(baseURL)) {
    throw usageFailure(`"${baseURL}" is no URL to ask ${name} at.`);
  }
  const where = baseURL !== undefined && { baseURL };
  return row.make({ model, ...where, ...(apiKey !== undefined && { apiKey }) }, env);
}

/** An empty variable is one that is not set. */
function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value.trim();
}

/** Ollama's own variable has a host alone, or with its port. */
function withScheme(address: string): string {
  const url = /^[a-z][a-z+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  return url.replace(/\/+$/, "");
}

function unknownProvider(name: string): Error {
  const meant = closest(name, Object.keys(PROVIDERS));
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  return usageFailure(`"${name}" is no provider.${hint}`, SEE);
}

import type { Provider } from "@millrace/providers";
import { namedProviders, openNamed, type Environment } from "@millrace/providers/named";
import { messageOf, usageFailure } from "../failure.ts";
import { closest } from "../filter/suggest.ts";

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
    if (!Object.hasOwn(namedProviders, name)) throw unknownProvider(name);
    const own = model.length > 0 ? model.join(":") : models.shift();
    if (own === undefined || own === "") throw usageFailure(`Name a model for ${name}: --model ….`);
    try {
      return openNamed(`${name}:${own}`, env, baseUrl === undefined ? {} : { baseURL: baseUrl });
    } catch (error) {
      throw usageFailure(messageOf(error));
    }
  });
  const [left] = models;
  if (left !== undefined) throw usageFailure(`--model ${left} is for none of the providers.`);
  return opened;
}

function unknownProvider(name: string): Error {
  const meant = closest(name, Object.keys(namedProviders));
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  return usageFailure(`"${name}" is no provider.${hint}`, SEE);
}

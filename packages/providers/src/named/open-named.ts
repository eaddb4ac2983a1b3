import type { Provider, ProviderConfig } from "../provider.ts";
import { namedProviders, type Environment, type NamedProvider } from "./named-providers.ts";
import { hasCredentials } from "../shared/request/has-credentials.ts";

/**
 * A provider and its model by name, with the key and the address that the environment has.
 *
 * - **In:** `provider:model`, as in `anthropic:claude-sonnet-4-5`; models may have colons, too. The names,
 *   and which variables each one reads, stand in `namedProviders`.
 * - **Out:** a `Provider` for `ask`. What `config` says goes before what the environment says.
 * - **Errors:** an `Error` that says what is missing and which variable would have it; nothing of a key.
 * - **Cost:** all providers are loaded. Where the provider is known beforehand, import that one.
 *
 * @example
 * ```ts
 * import { openNamed } from "@millrace/providers/named";
 *
 * const env = { ANTHROPIC_API_KEY: "secret" };
 * openNamed("anthropic:claude-sonnet-4-5", env).name; // => "anthropic"
 * openNamed("ollama:qwen3:8b", env).name; // => "ollama"
 * ```
 */
export function openNamed(
  named: string,
  env: Environment,
  config: Partial<Omit<ProviderConfig, "model">> = {},
): Provider {
  const [name = "", ...rest] = named.split(":");
  const row = rowOf(name);
  const model = rest.join(":");
  if (model === "") throw new Error(`${name} needs a model: ${name}:….`);
  const told = filledIn(env);
  return row.make({ model, ...config, ...configOf(name, told, config) }, told);
}

/** What is given goes before what the environment says. */
function configOf(
  name: string,
  env: Environment,
  given: Pick<ProviderConfig, "apiKey" | "baseURL">,
): Pick<ProviderConfig, "apiKey" | "baseURL"> {
  const row = rowOf(name);
  const { keys, keyless = false } = row;
  const { apiKey = keyOf(row, env), baseURL = baseOf(row, env) } = given;
  // A server of one's own may need none.
  if (apiKey === undefined && !keyless && baseURL === undefined) {
    throw new Error(`${name} needs a key: set ${keys.join(" or ")}.`);
  }
  if (baseURL !== undefined && hasCredentials(baseURL)) {
    throw new Error(`The URL to ask ${name} at has a name or a password, which is for a header.`);
  }
  if (baseURL !== undefined && !isHttp(baseURL)) {
    throw new Error(`"${baseURL}" is no URL to ask ${name} at.`);
  }
  return { ...(baseURL !== undefined && { baseURL }), ...(apiKey !== undefined && { apiKey }) };
}

function rowOf(name: string): NamedProvider {
  if (Object.hasOwn(namedProviders, name))
    return namedProviders[name as keyof typeof namedProviders];
  throw new Error(`"${name}" is none of ${Object.keys(namedProviders).join(", ")}.`);
}

function keyOf({ keys }: NamedProvider, env: Environment): string | undefined {
  return keys.map((key) => env[key]).find((key) => key !== undefined);
}

function baseOf({ base, port }: NamedProvider, env: Environment): string | undefined {
  const [variable, path] = base;
  const told = env[variable];
  return told === undefined ? undefined : withScheme(told, port) + path;
}

/** An empty variable is one that somebody did not fill in. */
function filledIn(env: Environment): Environment {
  const values = Object.entries(env).map(([name, value]) => [name, value?.trim()] as const);
  return Object.fromEntries(values.filter(([, value]) => value));
}

/** Ollama's own variable has a host alone, or with its port. */
function withScheme(address: string, port: number | undefined): string {
  const url = SCHEME.test(address) ? address : `http://${withPort(address, port)}`;
  return url.replace(/\/+$/, "");
}

const SCHEME = /^[a-z][a-z+.-]*:\/\//i;
const HOST = /^[^/]*/;

function withPort(address: string, port: number | undefined): string {
  const [host = ""] = HOST.exec(address) ?? [];
  const isWhole = port === undefined || /:\d+$/.test(host);
  return isWhole ? address : `${host}:${port}${address.slice(host.length)}`;
}

function isHttp(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

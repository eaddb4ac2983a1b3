export { namedProviders, type Environment, type NamedProvider } from "./named-providers.ts";
export { openNamed } from "./open-named.ts";

export { storeCases, type StoreCase, type StoreCasesOptions } from "./store-cases.ts";
export type { StoreWorld } from "./world.ts";

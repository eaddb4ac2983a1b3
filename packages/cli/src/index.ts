export type { Host, Output } from "./host.ts";
export { millrace } from "./millrace.ts";

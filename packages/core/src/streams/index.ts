export { openOutlet, type Outlet } from "./outlet.ts";
export { openSource, type Feed, type Result } from "./source.ts";

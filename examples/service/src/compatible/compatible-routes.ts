import { Hono } from "hono";
import type { RecordAnswerOptions } from "../record-answer.ts";
import { agUiRoutes } from "./ag-ui.ts";
import { modelRoutes } from "./models.ts";
import { uiChatRoutes } from "./ui-chat.ts";
import { vendorRoutes } from "./vendor-routes.ts";

export interface CompatibleRoutesOptions extends RecordAnswerOptions {
  /** Milliseconds of silence until a client hears that it is still connected. */
  heartbeat: number;
}

/** What the clients of others ask, in their own words. */
export function compatibleRoutes(options: CompatibleRoutesOptions): Hono {
  const routes = new Hono();
  const all = [
    vendorRoutes(options),
    modelRoutes(options.upstream),
    uiChatRoutes(options),
    agUiRoutes(options),
  ];
  for (const own of all) routes.route("/", own);
  return routes;
}

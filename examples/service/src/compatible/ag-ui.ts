import { filter, pipe } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { sseResponse } from "@millrace/sse";
import { agUi, encodeAgUi } from "@millrace/ui";
import { Hono } from "hono";
import { readRequest } from "../request.ts";
import { openPrompt, type Upstream } from "../upstream.ts";
import { promptOf, runAgentInput } from "./ag-ui-input.ts";

export interface AgUiRoutesOptions {
  upstream: Upstream;
  /** Milliseconds of silence until a client hears that it is still connected. */
  heartbeat: number;
}

/** An agent of AG-UI, without tools of its own. A client that goes away cancels the run. */
export function agUiRoutes({ upstream, heartbeat }: AgUiRoutesOptions): Hono {
  const routes = new Hono();
  routes.post("/v1/ag-ui", async (context) => {
    const input = readRequest(runAgentInput, await context.req.text());
    const { raw } = context.req;
    const question = { prompt: promptOf(input), model: input.forwardedProps?.model };
    const parts = await openPrompt(upstream, question, raw.signal);
    const events = pipe(parts, filter(isForClient), encodeAgUi(input));
    return sseResponse(events, { request: raw, format: agUi, heartbeat });
  });
  return routes;
}

/** What a provider says of its response, such as rate limits, is between it and the service. */
function isForClient({ type }: Part): boolean {
  return type !== "response-metadata" && type !== "raw";
}

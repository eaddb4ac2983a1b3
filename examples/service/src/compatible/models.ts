import { Hono } from "hono";
import { Failure } from "../failure.ts";
import type { Upstream } from "../upstream.ts";

/** What may be asked, as OpenAI's and Anthropic's clients list it: one shape has the fields of both. */
export function modelRoutes({ models }: Upstream): Hono {
  const routes = new Hono();
  const data = models.map(({ provider, model }) => modelOf(provider, model));

  routes.get("/v1/models", (context) =>
    context.json({
      object: "list",
      data,
      has_more: false,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    }),
  );
  routes.get("/v1/models/:id", (context) => {
    const wanted = context.req.param("id");
    const known = data.find(({ id, display_name }) => id === wanted || display_name === wanted);
    if (known === undefined) {
      const message = `There is no model ${wanted} in the list.`;
      throw new Failure(message, { status: 404, kind: "not-found", retryable: false });
    }
    return context.json(known);
  });
  return routes;
}

function modelOf(provider: string, model: string) {
  return {
    id: `${provider}:${model}`,
    object: "model",
    created: 0, // nobody knows
    owned_by: provider,
    type: "model",
    display_name: model,
    created_at: new Date(0).toISOString(),
  };
}

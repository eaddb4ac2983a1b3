import { serve } from "@hono/node-server";

// Serves a module that exports `{ fetch }`, on Node.js: its path is the argument.

interface Handler {
  fetch(
    request: Request,
    env: NodeJS.ProcessEnv,
  ): Response | Promise<Response>;
}

const module = (await import(process.argv[2]!)) as { default: Handler };
serve(
  {
    fetch: (request) => module.default.fetch(request, process.env),
    port: 0,
    hostname: "localhost",
  },
  ({ port }) => {
    console.log(`http://localhost:${port}`);
  },
);

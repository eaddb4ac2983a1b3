import { sendSse } from "@millrace/sse/node";
import fastify from "fastify";
import { answer } from "./answer.ts";
import { model } from "./model.ts";

const app = fastify();
const querystring = {
  type: "object",
  properties: { question: { type: "string" } },
  required: ["question"],
};

app.get<{ Querystring: { question: string } }>(
  "/answer",
  { schema: { querystring } },
  (request, reply) => {
    // From here on the response is ours: Fastify neither ends it nor
    // times it.
    reply.hijack();
    return sendSse(reply.raw, ({ signal }) =>
      answer(model, request.query.question, signal),
    );
  },
);

console.log(
  await app.listen({
    port: Number(process.env["PORT"] ?? 3000),
    host: "localhost",
  }),
);

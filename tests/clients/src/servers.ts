import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { sseResponse, type SseResponseOptions, type SseSource } from "@millrace/sse";
import { sendSse } from "@millrace/sse/node";
import compression from "compression";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";

/** A stream for each request, and the options to send it with. */
export interface Answer {
  source: SseSource<unknown>;
  options?: SseResponseOptions;
}
export type MakeAnswer = () => Answer;

type MakeServer = (make: MakeAnswer) => Server | Promise<Server>;

/** How others serve, each as its documentation has it. */
export const SERVERS: Record<string, MakeServer> = {
  "node:http": (make) =>
    createServer((_, response) => {
      const { source, options } = make();
      void sendSse(response, source, { ...options, json: true });
    }),

  "a web Response, by Hono": (make) => {
    const app = new Hono();
    app.get("/", (context) => {
      const { source, options } = make();
      return sseResponse(source, { request: context.req.raw, ...options, json: true });
    });
    return createAdaptorServer({ fetch: app.fetch }) as Server;
  },

  "Express, with compression": (make) => {
    const app = express();
    app.use(compression());
    app.get("/", (_, response) => {
      const { source, options } = make();
      return sendSse(response, source, { ...options, json: true });
    });
    return createServer(app);
  },

  "Express, with compression that compresses": (make) => {
    const app = express();
    app.use(compression());
    app.get("/", (_, response) => {
      const { source, options } = make();
      const headers = { "cache-control": "no-cache" }; // without `no-transform`
      return sendSse(response, source, { headers, ...options, json: true });
    });
    return createServer(app);
  },

  Fastify: async (make) => {
    const app = fastify();
    app.get("/", (_, reply) => {
      const { source, options } = make();
      reply.hijack();
      return sendSse(reply.raw, source, { ...options, json: true });
    });
    await app.ready();
    return app.server;
  },
};

export interface Served {
  lastEventId: string | undefined;
  status: number;
}

export interface Running {
  url: string;
  /** The requests that are over, in order. */
  served: Served[];
  close: () => Promise<void>;
}

export async function start(make: MakeServer, answer: MakeAnswer): Promise<Running> {
  const server = await make(answer);
  const served: Served[] = [];
  server.on("request", (request, response) => {
    const lastEventId = request.headers["last-event-id"]?.toString();
    response.on("close", () => served.push({ lastEventId, status: response.statusCode }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    served,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

import {
  startReplay,
  type ReplayUpstream,
} from "@millrace/testing/replay";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  nodeCommand,
  startProgram,
  type Program,
} from "./program.fixture.ts";
import { commandOf, missingRuntimes } from "./runtimes.fixture.ts";

// The recipes that are a server, each as its reader would start it.

type Command = (
  variables: Record<string, string>,
) => string[] | Promise<string[]>;

const onNode: Record<string, Command> = {
  "node:http": () => nodeCommand("node-http.ts"),
  Express: () => nodeCommand("express.ts"),
  Fastify: () => nodeCommand("fastify.ts"),
  Hono: () => nodeCommand("hono.ts"),
  "The handler for Bun": () => handlerCommand("bun.ts"),
  "The handler for Deno": () => handlerCommand("deno.ts"),
  "The handler for Workers": () => handlerCommand("workers.ts"),
};
const elsewhere: Record<string, Command> = {
  Bun: (variables) => commandOf("bun", variables),
  Deno: (variables) => commandOf("deno", variables),
  workerd: (variables) => commandOf("workers", variables),
};
if (missingRuntimes !== undefined) console.warn(missingRuntimes);
const programs = {
  ...onNode,
  ...(missingRuntimes === undefined && elsewhere),
};

describe.each(Object.entries(programs))("%s", (_, command) => {
  let upstream: ReplayUpstream;
  let program: Program;

  beforeAll(async () => {
    upstream = await startReplay({
      speed: 0,
      answer: { text: "It turns. It grinds." },
      fail({ body }) {
        if (body.includes("Break off"))
          return { kind: "disconnect", after: 3 };
        return body.includes("Fall silent")
          ? { kind: "stall", after: 3 }
          : undefined;
      },
    });
    const variables = {
      MODEL_URL: `${upstream.url}/v1`,
      MODEL_NAME: "replay",
    };
    program = await startProgram(await command(variables), variables);
  });

  afterAll(async () => {
    await program.end();
    await upstream.close();
  });

  function get(
    question: string,
    signal?: AbortSignal,
  ): Promise<Response> {
    const address = `${program.url}/answer?question=${encodeURIComponent(question)}`;
    return fetch(address, signal === undefined ? {} : { signal });
  }

  test("sends the answer, and says that it is over", async () => {
    const response = await get("What does it do?");
    expect(response.headers.get("content-type")).toBe(
      "text/event-stream; charset=utf-8",
    );
    const body = await response.text();
    expect(textOf(body)).toBe("It turns. It grinds.");
    expect(body).toContain("event: done\n");
  });

  test("tells of a model that breaks off, behind what it has said", async () => {
    const body = await (await get("Break off.")).text();
    expect("It turns. It grinds.").toContain(textOf(body));
    // A runtime may drop what came together with the end of the connection, as Bun does.
    expect(body).toContain("event: error\n");
    expect(body).not.toContain("event: done\n");
  });

  test("leaves the model when the client leaves", async () => {
    const leaving = new AbortController();
    const index = upstream.requests.length;
    const response = await get("Fall silent.", leaving.signal);
    const reader = response.body!.getReader();
    await reader.read();
    const request = await upstream.request(index);
    leaving.abort();
    expect(await request.ended).toBe("aborted");
    await expect(reader.read()).rejects.toThrow();
  });

  test("asks for a question", async () => {
    const response = await fetch(`${program.url}/answer`);
    expect([400, 404]).toContain(response.status);
    await response.text();
  });
});

/** How Node.js serves a module that exports `{ fetch }`. */
async function handlerCommand(file: string): Promise<string[]> {
  const command = await nodeCommand("serve-fetch.fixture.ts");
  const [, handler = ""] = await nodeCommand(file);
  return [...command, handler];
}

/** The data of the events that have no name. */
function textOf(body: string): string {
  return body
    .split("\n\n")
    .filter((event) => !event.includes("event:"))
    .map((event) => /^data: (.*)$/m.exec(event)?.[1] ?? "")
    .join("");
}

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import {
  startReplay,
  type ReplayRequest,
} from "@millrace/testing/replay";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "../../../packages/resume/src/free-port.fixture.ts";
import {
  missingBrowser,
  openBrowser,
} from "../../../tests/browser/src/browser.ts";
import {
  nodeCommand,
  startProgram,
  type Program,
} from "./program.fixture.ts";

// The recipes for front ends: each is checked, built, started and used in Chromium. `npm run frameworks`.

const FRAMEWORKS = join(import.meta.dirname, "../../frameworks");
const NODE = join(
  import.meta.dirname,
  "../../../tests/runtimes/hosts/node_modules/node-24/bin",
);
// Milliseconds: a build of Next.js takes a minute, and many where others work.
const PATIENCE = 300_000;
const PROSE = "Mills have turned since the Romans. They did so in Gaul.";

const isAsked = process.env["MILLRACE_FRAMEWORKS"] === "all";
const isInstalled =
  existsSync(join(FRAMEWORKS, "node_modules")) && existsSync(NODE);
const missing = isInstalled
  ? missingBrowser()
  : "The recipes for front ends are NOT tested: install examples/frameworks and tests/runtimes/hosts.";
if (isAsked && missing !== undefined) console.warn(missing);

interface Recipe {
  folder: string;
  /** Another recipe, whose server the page asks. Default: the framework has its own. */
  server?: string;
  start: (port: number) => string[];
}

const preview = (port: number) => [
  "node_modules/vite/bin/vite.js",
  "preview",
  `--port=${port}`,
];
const recipes: Record<string, Recipe> = {
  React: { folder: "react", server: "hono.ts", start: preview },
  Vue: { folder: "vue", server: "express.ts", start: preview },
  Svelte: { folder: "svelte", server: "fastify.ts", start: preview },
  useChat: {
    folder: "use-chat",
    server: "resumable-chat.ts",
    start: preview,
  },
  "Next.js": {
    folder: "nextjs",
    start: (port) => [
      "node_modules/next/dist/bin/next",
      "start",
      `--port=${port}`,
    ],
  },
  SvelteKit: { folder: "sveltekit", start: () => ["build/index.js"] },
};

describe.skipIf(!isAsked || missing !== undefined)(
  "The recipe for",
  { timeout: PATIENCE },
  () => {
    const ending: (() => unknown)[] = [];
    let browser: Awaited<ReturnType<typeof openBrowser>>;
    let upstream: Awaited<ReturnType<typeof startReplay>>;
    const env: Record<string, string> = {
      PATH: [NODE, process.env["PATH"]].join(delimiter),
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
    };

    beforeAll(async () => {
      browser = await openBrowser();
      upstream = await startReplay({
        speed: 0,
        answer: { text: PROSE },
        fail({ body }) {
          if (body.includes("Break off"))
            return { kind: "disconnect", after: 3 };
          return body.includes("Fall silent")
            ? { kind: "stall", after: 3 }
            : undefined;
        },
      });
      env["MODEL_URL"] = `${upstream.url}/v1`;
      ending.push(
        () => browser.close(),
        () => upstream.close(),
      );
    });
    afterAll(async () => {
      for (const end of ending.reverse()) await end();
    });

    async function start(
      command: string[],
      options: { env?: object; cwd?: string },
    ): Promise<Program> {
      const program = await startProgram(
        command,
        { ...env, ...options.env },
        options.cwd,
      );
      ending.push(() => program.end());
      return program;
    }

    function check(
      folder: string,
      ...scripts: string[]
    ): Promise<unknown> {
      const cwd = join(FRAMEWORKS, folder);
      return scripts.reduce<Promise<unknown>>(async (before, script) => {
        await before;
        return promisify(execFile)("npm", ["run", script], {
          cwd,
          env: { ...process.env, ...env },
        });
      }, Promise.resolve());
    }

    async function page({ folder, server, start: started }: Recipe) {
      const port = await freePort();
      const asked =
        server === undefined
          ? undefined
          : await start(await nodeCommand(server), {});
      const { url } = await start(
        [join(NODE, "node"), ...started(port)],
        {
          cwd: join(FRAMEWORKS, folder),
          env: {
            PORT: String(port),
            ...(asked && { SERVER_URL: asked.url }),
          },
        },
      );
      const opened = await browser.newPage();
      // A server's page is there before its program is: until then a click would send the form away.
      await opened.goto(url.replace("0.0.0.0", "localhost"), {
        waitUntil: "networkidle",
      });
      return opened;
    }

    test.each(Object.entries(recipes))(
      "%s shows an answer, tells of its end, and stops it",
      async (_, recipe) => {
        await check(recipe.folder, "check", "build");
        const opened = await page(recipe);
        const ask = async (question: string) => {
          await opened.getByLabel("Question").fill(question);
          await opened.getByRole("button", { name: "Ask" }).click();
        };
        await ask("How does it turn?");
        await opened.getByText(PROSE).waitFor();

        await ask("Break off.");
        await opened.getByText("The answer broke off.").waitFor();
        const asked = upstream.requests.length;
        await ask("Break off."); // who tries again is not refused
        await vi.waitUntil(
          () => upstream.requests.length > asked,
          PATIENCE,
        );
        await opened.getByText("The answer broke off.").waitFor();

        const before = new Set(upstream.requests);
        await ask("Fall silent.");
        const isSilent = (request: ReplayRequest) =>
          request.body.includes("Fall silent") && !before.has(request);
        const request = await vi.waitUntil(
          () => upstream.requests.find(isSilent),
          PATIENCE,
        );
        await opened.locator('[aria-busy="true"]').waitFor();
        await opened.getByRole("button", { name: "Stop" }).click();
        expect(await request.ended).toBe("aborted");
        expect(
          await opened.getByText("The answer broke off.").count(),
        ).toBe(0);
      },
    );

    test("React Native is typed, and reads an answer", async () => {
      await check("react-native", "check");
      const { url } = await start(await nodeCommand("node-http.ts"), {});
      const { readAnswer } = (await import(
        new URL("../../frameworks/read-answer.ts", import.meta.url).href
      )) as { readAnswer: ReadAnswer };
      const read = async (question: string) => {
        let text = "";
        const { signal } = new AbortController();
        for await (const piece of readAnswer(question, signal, {
          server: url,
          fetch,
        }))
          text += piece;
        return text;
      };
      expect(await read("How does it turn?")).toBe(PROSE);
      await expect(read("Break off.")).rejects.toThrow();
    });
  },
);

type ReadAnswer = (
  question: string,
  signal: AbortSignal,
  from: { server: string; fetch: typeof fetch },
) => AsyncIterable<string>;

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { portable } from "../suite/portable.js";
import { bundle } from "./bundle.ts";
import type { Host, Results } from "./host.ts";

const PAGE = `<!doctype html>
<script type="module">
  const post = (path, body) => fetch(path, { method: "POST", body });
  import("/page.js").then(({ results }) => results).then(
    (results) => post("/results", JSON.stringify(results)),
    (error) => post("/error", String(error)),
  );
</script>`;

/** How a browser is started: what stands on its command line before the address of a page. */
export type CommandOf = (profile: string) => [program: string, ...args: string[]];

/** A browser, which nobody drives: its page sends what came of the suite. */
export function browserHost(name: string, program: string, commandOf: CommandOf): Host {
  return {
    name,
    program,
    cases: Object.keys(portable),
    async run(folder) {
      const server = createServer();
      const results = answer(server, await bundle(folder, "page.js"));
      server.listen(0, "localhost"); // of which pages may do more than of others
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const profile = await mkdtemp(join(tmpdir(), "profile-"));
      const [command, ...args] = commandOf(profile);
      const browser = spawn(command, [...args, `http://localhost:${port}/`], {
        stdio: "ignore",
        env: { ...process.env, HOME: profile }, // Firefox wants one that is its user's own
        detached: true, // a group, so that what it starts ends with it
      });
      const ended = once(browser, "exit").then(([code]) => code as number | null);
      try {
        return await Promise.race([results, ended.then(failEarly)]);
      } finally {
        server.closeAllConnections();
        server.close();
        if (browser.pid !== undefined && browser.exitCode === null) process.kill(-browser.pid);
        await ended;
        await rm(profile, { recursive: true, maxRetries: 5 });
      }
    },
  };
}

function failEarly(code: number | null): never {
  throw new Error(`The browser has ended by itself: ${String(code)}`);
}

/** Serves the page, and takes what it sends. */
function answer(server: Server, code: string): Promise<Results> {
  return new Promise((resolve, reject) => {
    server.on("request", (request, response) => {
      if (request.method === "POST") {
        response.end();
        text(request).then((body) => {
          if (request.url === "/results") resolve(JSON.parse(body) as Results);
          else reject(new Error(body));
        }, reject);
        return;
      }
      const isPage = request.url === "/";
      response.setHeader("content-type", isPage ? "text/html" : "text/javascript");
      response.end(isPage ? PAGE : code);
    });
  });
}

import { createServer } from "node:http";
import { sendSse } from "@millrace/sse/node";
import { equal } from "../expect.js";

/** What needs the modules of Node, which Bun and Deno have as well. */
export const ofNode = {
  async "A server of node:http sends events"() {
    const server = createServer((_, response) => void sendSse(response, ["mill", "race"]));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const answer = await fetch(`http://127.0.0.1:${server.address().port}`);
    equal((await answer.text()).startsWith(": open\n\ndata: mill\n\ndata: race\n\n"), true);
    await new Promise((resolve) => server.close(resolve));
  },
};

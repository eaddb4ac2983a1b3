import type { Server, ServerResponse } from "node:http";
import type { LiveAnswers } from "./live-answers.ts";
import { within } from "./within.ts";

const LAST_WORDS = 2_000; // milliseconds for what is said last to reach its clients

export interface DrainOptions {
  server: Server;
  live: LiveAnswers;
  /** Other processes go on with what this one leaves. */
  isShared: boolean;
}

/** Ends what a server is doing. */
export interface Drain {
  /**
   * Takes no more connections and requests; lets answers come to their end for so many milliseconds,
   * then ends them: each says so to its client, or is left to another process. Resolves when every
   * response is over, or its client does not take the last of it.
   */
  (milliseconds: number): Promise<void>;
}

export function drainOf({ server, live, isShared }: DrainOptions): Drain {
  const responses = new Set<ServerResponse>();
  let onQuiet: (() => void) | undefined;

  server.on("request", (_, response: ServerResponse) => {
    responses.add(response);
    response.once("close", () => {
      responses.delete(response);
      if (live.isClosing) server.closeIdleConnections();
      if (responses.size === 0) onQuiet?.();
    });
  });

  async function quiet(): Promise<void> {
    await live.idle();
    if (responses.size > 0) {
      await new Promise<void>((resolve) => {
        onQuiet = resolve;
      });
    }
  }

  return async (milliseconds) => {
    live.close();
    server.close();
    server.closeIdleConnections();
    await within(milliseconds, quiet()).catch(ignore);
    live.cutOff({ areThere: isShared });
    await within(LAST_WORDS, quiet()).catch(ignore);
  };
}

function ignore(): void {
  // What is not over by then is ended.
}

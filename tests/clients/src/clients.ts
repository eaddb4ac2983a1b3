import { spawn, spawnSync } from "node:child_process";
import { pipe } from "@millrace/core";
import { decodeSse } from "@millrace/sse";
import { EventSource } from "eventsource";
import { EventSourceParserStream } from "eventsource-parser/stream";

export interface Heard {
  type: string;
  data: string;
  /** The last that the client knows of. */
  lastEventId: string;
}

/** Gives the events as they come, until one of the type `done`. Leaving the loop leaves the server. */
type Client = (url: string) => AsyncGenerator<Heard>;

/** How others read, each as its documentation has it. */
export const CLIENTS: Record<string, Client> = {
  async *"fetch and decodeSse"(url) {
    const response = await fetch(url);
    for await (const { type, data, lastEventId } of pipe(response.body!, decodeSse())) {
      yield { type, data, lastEventId };
      if (type === "done") return;
    }
  },

  async *"npm eventsource"(url) {
    const source = new EventSource(url);
    const heard = new ReadableStream<Heard>({
      start(controller) {
        const hear = ({ type, data, lastEventId }: MessageEvent<string>) => {
          controller.enqueue({ type, data, lastEventId });
          if (type === "done") controller.close();
        };
        for (const type of ["message", "tick", "done"]) source.addEventListener(type, hear);
      },
    });
    try {
      yield* heard;
    } finally {
      source.close();
    }
  },

  async *"npm eventsource-parser"(url) {
    const response = await fetch(url);
    const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
    let lastEventId = "";
    const events = response
      .body!.pipeThrough(decoder)
      .pipeThrough(new EventSourceParserStream({ onError: "terminate" }));
    for await (const { event: type = "message", data, id } of events) {
      lastEventId = id ?? lastEventId;
      yield { type, data, lastEventId };
      if (type === "done") return;
    }
  },

  async *"curl -N"(url) {
    const curl = spawn("curl", ["--no-buffer", "--silent", "--compressed", url]);
    try {
      for await (const { type, data, lastEventId } of pipe(curl.stdout, decodeSse())) {
        yield { type, data, lastEventId };
        if (type === "done") return;
      }
    } finally {
      curl.kill();
    }
  },
};

/** Why the clients of one name cannot be tried here; `undefined` if they can. */
export function missing(client: string): string | undefined {
  if (client !== "curl -N" || spawnSync("curl", ["--version"]).status === 0) return undefined;
  return "curl is NOT tested: it is not installed (Debian: apt-get install curl).";
}

import type { Answer } from "../shared/answer.ts";
import { text, type Wire } from "../shared/wire.ts";
import { startBlock, type StreamedBlock } from "./streamed-block.ts";

/** Speech, which is no item: pieces of a file, and what it says as text. */
export interface Audio {
  read(event: Wire, name: string): boolean;
  close(): void;
}

export function openAudio(answer: Answer): Audio {
  let transcript: StreamedBlock | undefined;

  function close(): void {
    transcript?.end();
    transcript = undefined;
  }

  return {
    read(event, name) {
      const delta = text(event["delta"]);
      if (name === "audio.delta" && delta !== "") {
        const data = { type: "data", data: delta } as const;
        // The request's choice; the stream does not say.
        answer.emit({ type: "file", id: "audio", mediaType: "audio/*", data, delta: true });
      } else if (name === "audio.transcript.delta") {
        transcript ??= startBlock(answer, { type: "text" });
        transcript.delta(delta);
      } else if (name === "audio.transcript.done") close();
      else return false;
      return true;
    },
    close,
  };
}

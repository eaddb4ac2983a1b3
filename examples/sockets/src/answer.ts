import type { SocketContext } from "@millrace/ws";

/** What a client asks for. */
export interface Question {
  prompt: string;
  /** How many words it wants; endless if it does not say. */
  words?: number;
}

/** Stands for a model: it says word after word, until it has said enough or is stopped. */
export async function* answer(
  { prompt, words = Infinity }: Question,
  { signal }: SocketContext,
): AsyncGenerator<string> {
  for (let word = 1; word <= words && !signal.aborted; word++) {
    yield await Promise.resolve(`${prompt} ${word}`);
  }
}

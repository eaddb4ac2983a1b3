import { readAnswer } from "../../read-answer.ts";

/** The answer to a question, as it grows. */
export class Answer {
  text = $state("");
  state = $state<"idle" | "streaming" | "done" | "failed">("idle");
  #leaving = new AbortController();

  /** Another question, or `stop`, ends the request. */
  async ask(question: string): Promise<void> {
    this.stop();
    const { signal } = (this.#leaving = new AbortController());
    this.text = "";
    this.state = "streaming";
    try {
      for await (const piece of readAnswer(question, signal)) {
        this.text += piece;
      }
      this.state = "done";
    } catch {
      // What came stays. Whoever has left is not told.
      if (!signal.aborted) this.state = "failed";
    }
  }

  stop(): void {
    this.#leaving.abort();
    this.state = "idle";
  }
}

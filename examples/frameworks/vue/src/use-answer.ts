import { onScopeDispose, ref } from "vue";
import { readAnswer } from "../../read-answer.ts";

/**
 * The answer to a question, as it grows. Another question, `stop`, or
 * leaving the component ends the request.
 */
export function useAnswer() {
  const text = ref("");
  const state = ref<"idle" | "streaming" | "done" | "failed">("idle");
  let leaving = new AbortController();
  onScopeDispose(stop);

  async function ask(question: string): Promise<void> {
    stop();
    const { signal } = (leaving = new AbortController());
    text.value = "";
    state.value = "streaming";
    try {
      for await (const piece of readAnswer(question, signal)) {
        text.value += piece;
      }
      state.value = "done";
    } catch {
      // What came stays. Whoever has left is not told.
      if (!signal.aborted) state.value = "failed";
    }
  }

  function stop(): void {
    leaving.abort();
    state.value = "idle";
  }

  return { text, state, ask, stop };
}

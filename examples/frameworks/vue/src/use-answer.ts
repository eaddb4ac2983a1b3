import { ref, watch, type Ref } from "vue";
import { readAnswer } from "../../read-answer.ts";

export type AnswerState = "idle" | "streaming" | "done" | "failed";

/** The answer to a question, as it grows. Another question, or leaving, ends the request. */
export function useAnswer(question: Ref<string | undefined>) {
  const text = ref("");
  const state = ref<AnswerState>("idle");

  watch(question, async (asked, _, onCleanup) => {
    const leaving = new AbortController();
    onCleanup(() => leaving.abort());
    state.value = "idle";
    if (asked === undefined) return;
    text.value = "";
    state.value = "streaming";
    try {
      for await (const piece of readAnswer(asked, leaving.signal)) {
        text.value += piece;
      }
      state.value = "done";
    } catch {
      // What came stays. Whoever has left is not told.
      if (!leaving.signal.aborted) state.value = "failed";
    }
  });

  return { text, state };
}

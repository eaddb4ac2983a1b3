import { useCallback, useEffect, useRef, useState } from "react";
import { readAnswer } from "../../read-answer.ts";

/**
 * The answer to a question, as it grows. Another question, `stop`, or
 * leaving the page ends the request.
 */
export function useAnswer() {
  const [text, setText] = useState("");
  const [state, setState] = useState<
    "idle" | "streaming" | "done" | "failed"
  >("idle");
  const leaving = useRef<AbortController>(undefined);

  const stop = useCallback(() => {
    leaving.current?.abort();
    setState("idle");
  }, []);
  useEffect(() => stop, [stop]);

  async function ask(question: string): Promise<void> {
    stop();
    const { signal } = (leaving.current = new AbortController());
    setText("");
    setState("streaming");
    try {
      for await (const piece of readAnswer(question, signal)) {
        setText((before) => before + piece);
      }
      setState("done");
    } catch {
      // What came stays. Whoever has left is not told.
      if (!signal.aborted) setState("failed");
    }
  }

  return { text, state, ask, stop };
}

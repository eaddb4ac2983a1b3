import { useEffect, useState } from "react";
import { readAnswer } from "../../read-answer.ts";

export interface Answer {
  text: string;
  state: "idle" | "streaming" | "done" | "failed";
}

/** The answer to a question, as it grows. Another question, or leaving, ends the request. */
export function useAnswer(question: string | undefined): Answer {
  const [answer, setAnswer] = useState<Answer>({
    text: "",
    state: "idle",
  });

  useEffect(() => {
    if (question === undefined) return;
    const leaving = new AbortController();
    void read(question, leaving.signal);
    return () => leaving.abort();
  }, [question]);

  async function read(asked: string, signal: AbortSignal): Promise<void> {
    let text = "";
    try {
      setAnswer({ text, state: "streaming" });
      for await (const piece of readAnswer(asked, signal)) {
        text += piece;
        setAnswer({ text, state: "streaming" });
      }
      setAnswer({ text, state: "done" });
    } catch {
      // What came stays. Whoever has left is not told.
      if (!signal.aborted) setAnswer({ text, state: "failed" });
    }
  }

  return question === undefined ? { ...answer, state: "idle" } : answer;
}

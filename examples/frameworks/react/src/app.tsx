import { useState } from "react";
import { useAnswer } from "./use-answer.ts";

export function App() {
  const [question, setQuestion] = useState<string>();
  const { text, state } = useAnswer(question);

  return (
    <main>
      <form action={(data) => setQuestion(String(data.get("question")))}>
        <label>
          Question <input name="question" required />
        </label>
        <button>Ask</button>
        <button type="button" onClick={() => setQuestion(undefined)}>
          Stop
        </button>
      </form>
      <p aria-live="polite" aria-busy={state === "streaming"}>
        {text}
      </p>
      {state === "failed" && <p role="alert">The answer broke off.</p>}
    </main>
  );
}

import { useAnswer } from "./use-answer.ts";

export function App() {
  const { text, state, ask, stop } = useAnswer();

  return (
    <main>
      <form action={(data) => void ask(String(data.get("question")))}>
        <label>
          Question <input name="question" required />
        </label>
        <button>Ask</button>
        <button type="button" onClick={stop}>
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

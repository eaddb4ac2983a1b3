import { useChat } from "@ai-sdk/react";
import { DefaultChatTransport, type UIMessage } from "ai";

// The server is that of the recipe "A chat that can be resumed". An answer
// has the id of its question, so that a request that is sent again asks no
// model twice.
const transport = new DefaultChatTransport({
  prepareSendMessagesRequest({ messages }) {
    const last = messages.at(-1)!;
    return {
      api: `/answers/${last.id}`,
      body: { question: textOf(last) },
    };
  },
});

export function App() {
  const { messages, sendMessage, status, stop, error } = useChat({
    transport,
  });

  async function end() {
    await stop();
    // Without this the answer goes on: whoever comes back finds it whole.
    const last = messages.findLast(({ role }) => role === "user");
    if (last !== undefined)
      await fetch(`/answers/${last.id}`, { method: "DELETE" });
  }

  return (
    <main>
      <form
        action={(data) =>
          void sendMessage({ text: String(data.get("question")) })
        }
      >
        <label>
          Question <input name="question" required />
        </label>
        <button>Ask</button>
        <button type="button" onClick={() => void end()}>
          Stop
        </button>
      </form>
      <ol aria-live="polite" aria-busy={status === "streaming"}>
        {messages.map((message) => (
          <li key={message.id}>{textOf(message)}</li>
        ))}
      </ol>
      {error !== undefined && <p role="alert">The answer broke off.</p>}
    </main>
  );
}

function textOf({ parts }: UIMessage): string {
  return parts
    .map((part) => (part.type === "text" ? part.text : ""))
    .join("");
}

import { fetch } from "expo/fetch";
import { useEffect, useState } from "react";
import { Text } from "react-native";
import { readAnswer } from "../../read-answer.ts";

// A phone has no page that it came from.
const server = process.env.EXPO_PUBLIC_SERVER ?? "http://localhost:3000";

/**
 * The answer to a question, as it grows. Leaving the screen ends the
 * request.
 */
export function Answer({ question }: { question: string }) {
  const [text, setText] = useState("");
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    const leaving = new AbortController();
    void read(leaving.signal);
    return () => leaving.abort();
  }, [question]);

  async function read(signal: AbortSignal): Promise<void> {
    setText("");
    setFailed(false);
    try {
      // React Native's own `fetch` waits for the whole body. Expo's
      // streams.
      for await (const piece of readAnswer(question, signal, {
        server,
        fetch,
      })) {
        setText((before) => before + piece);
      }
    } catch {
      if (!signal.aborted) setFailed(true);
    }
  }

  return (
    <Text accessibilityLiveRegion="polite">
      {text}
      {failed && " … (the answer broke off)"}
    </Text>
  );
}

"use client";

import { connectSse } from "@millrace/sse";
import { useEffect, useState, type ReactNode } from "react";

export default function Page(): ReactNode {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const controller = new AbortController();
    void listen(controller.signal, (word) => setSaid((before) => before + word));
    return () => controller.abort();
  }, []);
  return <main>{said}</main>;
}

async function listen(signal: AbortSignal, say: (word: string) => void): Promise<void> {
  const until = ({ lastEventId }: { lastEventId: string }) => lastEventId === "done";
  try {
    for await (const event of connectSse("/answers", { signal, until })) {
      if (event.type === "message") say(event.data);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

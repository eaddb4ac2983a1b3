/** In a program that `startProgram` has started: what it answers until nobody asks any more. */
export function answerQuestions(answers: Record<string, () => unknown>): void {
  async function answer(question: string): Promise<void> {
    process.send!({ value: await answers[question]!() });
  }

  process.on("message", (question: string) => void answer(question));
  process.on("disconnect", () => process.exit());
}

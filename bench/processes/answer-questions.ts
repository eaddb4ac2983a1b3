/** In a program that `startProgram` has started: what it answers until nobody asks any more. */
export function answerQuestions(answers: Record<string, () => unknown>): void {
  process.on("message", async (question: string) => {
    process.send!({ value: await answers[question]!() });
  });
  process.on("disconnect", () => process.exit());
}

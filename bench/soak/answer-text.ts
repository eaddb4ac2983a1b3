/** The text of an answer of so many words, every place of which is known by what stands there. */
export function answerText(words: number): string {
  return Array.from({ length: words }, (_, index) => `mill ${index}\n`).join("");
}

const FILLING = "mill race ".repeat(20);

/** What a client asks. */
export interface Question {
  number: number;
}

/** Item `index` of the answer to a question. */
export function itemOf(number: number, index: number): string {
  return `${number}:${index} ${FILLING}`;
}

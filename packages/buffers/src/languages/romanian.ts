import type { Language } from "./language.ts";

export const romanian: Language = {
  tags: "ro",
  abbreviations: "av bd cca cf col d-l d-na dl dna dvs ex gen ing lt sf str tel",
  beforeNumbers: "apr art aug cap dec feb fig ian iul iun nov nr oct pag sept",
  clauseWords: "când că căci dacă dar deoarece deși fiindcă iar pentru unde",
};

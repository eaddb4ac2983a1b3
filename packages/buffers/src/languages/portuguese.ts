import type { Language } from "./language.ts";

export const portuguese: Language = {
  tags: "pt",
  abbreviations:
    "aprox arq av cel d dep dra dras drs ed eng ex exma exmo gen gov ilma ilmo máx mín p.ex " +
    "pe profa sr sra sras srs srta sta sto tel ten",
  beforeNumbers: "abr ago art cap dez fev fig jan jul jun mar n nov out p pág págs set vol",
  clauseWords: "como embora enquanto mas onde pois porque porém portanto quando que quem se",
};

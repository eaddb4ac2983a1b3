import type { Language } from "./language.ts";

export const norwegian: Language = {
  tags: "no nb nn",
  abbreviations: "bl.a ca dvs eks ekskl evt f.eks fr hr inkl jf skt tlf",
  beforeNumbers: "-nr apr aug des feb jan kap kl nov okt s sept",
  ordinals: true,
  clauseWords: "fordi hvis hvor mens men når selv siden så",
  starters:
    "da de den der deretter det dette en et etter for fra han hun hva hvem hvis hvor hvordan hvorfor i ja jeg man med men nei nå når og også om på så til vi",
};

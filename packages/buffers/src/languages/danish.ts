import type { Language } from "./language.ts";

export const danish: Language = {
  tags: "da",
  abbreviations: "bl.a ca dvs eks ekskl evt f.eks fr hr inkl jf sct skt tlf",
  beforeNumbers: "-nr apr aug dec feb jan kap kl nov okt s sept stk",
  ordinals: true,
  clauseWords: "fordi hvis hvor mens men når selvom siden så",
  starters:
    "af da de den der derefter det dette en et for fra han hun hvad hvem hvis hvor hvordan hvorfor i ja jeg man med men mit nej nu når og også om på så til vi",
};

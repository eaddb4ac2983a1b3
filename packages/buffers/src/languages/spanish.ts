import type { Language } from "./language.ts";

export const spanish: Language = {
  tags: "es",
  abbreviations:
    "admón aprox arq av avda c ca d dpto dra dras drs dña ed ee ej excmo gob gral ilmo ing " +
    "lic mons máx mín p.ej pbro prof profa sr sra sras sres srta sta sto tel tlf ud uds vd " +
    "vds",
  beforeNumbers: "art cap fig n núm p pág págs vol",
  clauseWords: "aunque como cuando donde mientras pero porque pues que quien si sino",
};

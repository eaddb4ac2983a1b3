import type { Language } from "./language.ts";

export const spanish: Language = {
  tags: "es",
  abbreviations:
    "admón aprox arq av avda c ca d dpto dra dras drs dña ed ee ej excmo gob gral ilmo ing " +
    "lic mons máx mín p.ej pbro prof profa sr sra sras sres srta sta sto tel tlf ud uds vd " +
    "vds",
  beforeNumbers: "abr ago art cap dic ene feb fig jul jun mar n nov núm oct p pág págs sept vol",
  clauseWords: "aunque como cuando donde mientras pero porque pues que quien si sino",
};

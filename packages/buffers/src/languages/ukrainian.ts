import type { Language } from "./language.ts";

export const ukrainian: Language = {
  tags: "uk",
  abbreviations:
    "акад вул г гр див доц е м напр о обл пл пос просп проф св см т т.д т.е т.зв тел ім",
  beforeNumbers: "буд гл п рис с ст стор",
};

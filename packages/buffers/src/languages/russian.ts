import type { Language } from "./language.ts";

export const russian: Language = {
  tags: "ru",
  abbreviations:
    "акад г г-жа г-н гл гр доц е и.о им инж кв корп напр о обл оз пер пл пос просп проф р св " +
    "см ср т т.е т.к т.н тел тов ул",
  beforeNumbers: "авг апр д дек нояб окт п рис с сент ст стр табл февр янв",
};

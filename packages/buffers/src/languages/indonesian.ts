import type { Language } from "./language.ts";

export const indonesian: Language = {
  tags: "id",
  abbreviations: "bpk dr drs h hj ir jl ny sdr tn yth",
  beforeNumbers: "hal no",
  clauseWords:
    "agar bahwa jika karena ketika namun sebelum sedangkan sehingga sementara setelah supaya tetapi yang",
};

// How search orders what it finds: pages of levers first, the record of changes last.
var Scorer = {
  score: ([page, title, anchor, description, score]) => {
    if (page.startsWith("playbook/levers/")) return score + 6;
    if (page.startsWith("docs/how_do_i/") || page === "playbook/README") return score + 3;
    if (page === "CHANGELOG" || page === "CONTRIBUTING") return score - 6;
    return score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

/* Which papers have the words that a reader types, and in which order they stand. */

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
let searched = null;

function textOf(place) {
  const { title, authors, venue, year, links } = papers[place];
  const names = placesOf[place].flatMap(([, topic]) => [...ancestors(topic).slice(1), topic]);
  const where = names.map((topic) => topics[topic].name);
  return folded([title, ...authors, venue, year, ...links.map(([, address]) => address), ...where].join("\n"));
}

function found(place, words) {
  searched ??= papers.map((_, each) => textOf(each));
  return words.every((word) => searched[place].includes(word));
}

/** How well a title answers: whole words before beginnings of words before parts of them. */
function worth(place, words) {
  const title = ` ${folded(papers[place].title).replace(/[^\p{L}\p{N}]+/gu, " ")} `;
  const one = (word) =>
    title.includes(` ${word} `) ? 3 : title.includes(` ${word}`) ? 2 : title.includes(word) ? 1 : 0;
  return words.reduce((sum, word) => sum + one(word), 0);
}

function select({ topic, words, order }) {
  const wanted = folded(words).split(/\s+/).filter(Boolean);
  const chosen = wanted.length ? below[topic].filter((place) => found(place, wanted)) : [...below[topic]];
  const descending = (value) => {
    const values = new Map(chosen.map((place) => [place, value(place)]));
    return chosen.sort((a, b) => values.get(b) - values.get(a));
  };
  if (order === "year") return descending((place) => papers[place].year ?? -1);
  if (order === "cited") return descending((place) => citedBy[place].length);
  if (order === "title") return chosen.sort((a, b) => byTitle.compare(papers[a].title, papers[b].title));
  return wanted.length ? descending((place) => worth(place, wanted)) : chosen;
}

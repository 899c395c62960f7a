/* The list of papers at and below a topic. */

const topicLink = (topic) => make("a", { href: addressOf({ topic, paper: -1, words: "" }) }, said(nameOf(topic)));

function linked(way) {
  return way.flatMap((topic, n) => (n ? [" › ", topicLink(topic)] : [topicLink(topic)]));
}

function people({ authors }) {
  const first = authors.length > 4 ? authors.slice(0, 3) : authors;
  const others = authors.length - first.length;
  return first.length ? said(first.join(", ") + (others ? ` and ${others} more` : "")) : "";
}

function facts(place, first, ...further) {
  const { venue, year, software } = papers[place];
  const told = [first, venue, year === undefined ? "" : String(year), software ? "tool" : "", ...further];
  return told.filter(Boolean).map((each) => make("span", {}, each instanceof Node ? each : said(each)));
}

function titleLink(place) {
  return make("a", { class: "title", href: addressOf({ paper: place }) }, said(papers[place].title || "Untitled"));
}

/** Where a paper stands below the topic that is shown; the names that are nearest to it suffice. */
function standing(way) {
  const href = addressOf({ topic: way.at(-1), paper: -1, words: "" });
  const names = way.slice(-2).map(nameOf).join(" › ");
  return make("a", { class: "where", href }, said(names));
}

function row(place) {
  const count = citedBy[place].length;
  const way = placesOf[place].map(([, topic]) => wayFrom(view.topic, topic)).find((way) => way?.length);
  const names = people(papers[place]);
  const told = facts(place, names, count ? `cited by ${count.toLocaleString("en")} here` : "");
  const text = make("div", {}, titleLink(place), make("p", { class: "facts" }, ...told), way ? standing(way) : null);
  return make("li", {}, make("span", { class: `stripe fill${slots[place]}` }), text);
}

function summary() {
  if (missing) return `Nothing on this page is called “${missing}”. Here is everything.`;
  const all = holding(below[view.topic]);
  const words = view.words.trim();
  if (!words) return all;
  if (!shown.length) return `No paper here has “${words}”. Fewer words find more.`;
  return `${holding(shown)} with “${words}”, of ${all}`;
}

const everywhere = () => make("span", {}, " ", make("a", { href: addressOf({ topic: 0 }) }, "Search all papers"));

function drawList(atLeast = SLICE) {
  shown = select(view);
  byId("way").replaceChildren(...ancestors(view.topic).flatMap((topic) => [topicLink(topic), " › "]));
  byId("heading").replaceChildren(said(nameOf(view.topic)));
  const isSearchedElsewhere = !shown.length && view.topic;
  byId("told").replaceChildren(said(summary()), isSearchedElsewhere ? everywhere() : "");
  byId("save").hidden = byId("sort").parentElement.hidden = !shown.length;
  drawPicture();
  rows = drawSliced(byId("papers"), byId("more"), shown, row);
  if (atLeast > SLICE) rows.more(atLeast - SLICE);
}

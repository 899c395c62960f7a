/* The picture: papers per year, in the colours of the topics next below. */

const COLOURS = 6;
const MOST_YEARS = 40;

/** The topics that have colours: the largest, in their order. Papers elsewhere are grey. */
function colour(topic) {
  const largest = [...children[topic]].sort((a, b) => below[b].length - below[a].length).slice(0, COLOURS);
  const coloured = children[topic].filter((each) => largest.includes(each) && below[each].length);
  slots = new Uint8Array(papers.length).fill(coloured.length ? COLOURS : 0);
  [...children[topic]].reverse().forEach((each) => {
    const slot = coloured.indexOf(each);
    for (const paper of below[each]) slots[paper] = slot < 0 ? COLOURS : slot;
  });
  return coloured;
}

/** Year -> how many papers of each colour; years between that have none too, where they are not too many. */
function perYear() {
  const counts = new Map();
  const row = (year) => counts.get(year) ?? counts.set(year, new Array(COLOURS + 1).fill(0)).get(year);
  for (const place of shown) if (papers[place].year !== undefined) row(papers[place].year)[slots[place]] += 1;
  const years = [...counts.keys()].sort((a, b) => a - b);
  const areNear = years.at(-1) - years[0] < MOST_YEARS && years.at(-1) < 10_000;
  if (areNear) for (let year = years[0]; year < years.at(-1); year++) row(year);
  return [...counts].sort(([a], [b]) => a - b).slice(-MOST_YEARS);
}

function drawPicture() {
  const coloured = colour(view.topic);
  const years = perYear();
  const names = coloured.map((each) => topics[each].name);
  const hasRest = names.length > 0 && years.some(([, counts]) => counts[COLOURS]);
  byId("picture").hidden = years.length < 2;
  if (years.length < 2) return;
  byId("picture").replaceChildren(
    columns(years),
    names.length ? legend(coloured, hasRest) : "",
    undrawn(years),
    numbers(years, names, hasRest),
  );
}

/** What the picture leaves out, in words. */
function undrawn(years) {
  const undated = shown.filter((place) => papers[place].year === undefined);
  const earlier = shown.filter((place) => papers[place].year < years[0][0]);
  const told = [
    undated.length ? `${holding(undated)} without a year` : "",
    earlier.length ? `${holding(earlier)} of earlier years` : "",
  ].filter(Boolean);
  return told.length ? make("p", { class: "said" }, `Not drawn: ${told.join(", ")}.`) : "";
}

const sum = (values) => values.reduce((all, each) => all + each, 0);

function columns(years) {
  const width = Math.max(280, byId("picture").clientWidth);
  const [height, foot, head] = [170, 20, 18];
  const step = width / years.length;
  const scale = (height - foot - head) / Math.max(...years.map(([, counts]) => sum(counts)));
  const every = Math.ceil((years.at(-1)[0] > 9999 ? 160 : 36) / step);
  const text = years.map(([year, counts]) => `${year}: ${sum(counts)}`).join(", ");
  const label = `Papers per year. ${text}`;
  const base = draw("line", { class: "axis", x1: 0, x2: width, y1: height - foot, y2: height - foot });
  const size = { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": label };
  const bars = years.map(([year, counts], n) => {
    const middle = step * (n + 0.5);
    const named = (years.length - 1 - n) % every === 0 ? draw("text", { x: middle, y: height - 4 }, String(year)) : "";
    return draw("g", {}, ...column(counts, middle, Math.min(56, step * 0.72), height - foot, scale), named);
  });
  return draw("svg", size, base, ...bars);
}

function column(counts, middle, width, foot, scale) {
  let top = foot;
  const parts = counts.map((count, slot) => {
    top -= count * scale;
    const box = { class: `fill${slot}`, x: middle - width / 2, y: top, width, height: count * scale };
    return count ? draw("rect", box) : "";
  });
  const total = sum(counts);
  const fits = String(total).length * 7 < width + 6;
  return [...parts, total && fits ? draw("text", { x: middle, y: top - 5 }, String(total)) : ""];
}

function legend(coloured, hasRest) {
  const entries = coloured.map((topic, slot) =>
    make("a", { href: addressOf({ topic, paper: -1 }) }, make("i", { class: `fill${slot}` }), said(topics[topic].name)),
  );
  const rest = make("span", {}, make("i", { class: `fill${COLOURS}` }), "elsewhere");
  return make("div", { class: "legend" }, ...entries, hasRest ? rest : "");
}

function numbers(years, names, hasRest) {
  const heads = ["Year", ...names, ...(hasRest ? ["elsewhere"] : []), "all"];
  const head = make("tr", {}, ...heads.map((name) => make("th", { scope: "col" }, said(name))));
  const body = years.map(([year, counts]) => {
    const cells = [...counts.slice(0, names.length), ...(hasRest ? [counts[COLOURS]] : []), sum(counts)];
    return make("tr", {}, make("th", { scope: "row" }, String(year)), ...cells.map((n) => make("td", {}, String(n))));
  });
  const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
  const note = "Each paper counts once, at the first of these topics where it stands.";
  return make("details", {}, make("summary", {}, "The numbers"), make("p", {}, names.length ? note : ""), table);
}

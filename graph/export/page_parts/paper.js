/* All of one paper. */

/** Who says so: each source with its line. */
function sayers(edge) {
  const told = [];
  for (let n = 2; n < edge.length; n += 2) {
    told.push(sources[edge[n]] + (edge[n + 1] === null ? "" : `, line ${edge[n + 1]}`));
  }
  return make("span", { class: "said" }, said(told.join("; ")));
}

function related(heading, edges, end) {
  if (!edges.length) return [];
  const [list, button] = [make("ol", { class: "related" }), make("button", { type: "button" })];
  const newest = [...edges].sort((a, b) => (papers[b[end]].year ?? 0) - (papers[a[end]].year ?? 0));
  const one = (edge) =>
    make("li", {}, titleLink(edge[end]), make("p", { class: "facts" }, ...facts(edge[end], "", sayers(edge))));
  drawSliced(list, button, newest, one);
  return [make("h3", {}, `${heading} ${counted(edges.length, "paper")} here`), list, button];
}

function places(place) {
  const one = (edge) => make("li", {}, ...linked(wayFrom(0, edge[1])), make("br", {}), sayers(edge));
  const list = make("ul", { class: "related" }, ...placesOf[place].map(one));
  return placesOf[place].length ? [make("h3", {}, "Where it stands"), list] : [];
}

let entries = null;
function bibtexOf(place) {
  entries ??= JSON.parse(byId("bibtex").textContent);
  return entries[place];
}

function bibtex(place) {
  const entry = make("pre", { dir: "ltr" }, bibtexOf(place));
  const button = make("button", { type: "button", id: "copy" }, "Copy");
  const told = make("span", { role: "status", class: "said" });
  button.onclick = async () => {
    getSelection().selectAllChildren(entry); // what a reader copies by hand where the browser does not let us
    const isCopied = await navigator.clipboard?.writeText(entry.textContent).then(() => true, () => false);
    told.textContent = isCopied ? " Copied." : " It is selected: press Ctrl+C or ⌘C.";
  };
  return [make("h3", {}, "BibTeX"), entry, button, told];
}

const line = (text, kind) => (text ? make("p", { class: kind }, said(text)) : null);

function drawPaper(place) {
  const { title, authors, links, note, abstract, warning } = papers[place];
  const parts = [
    make("p", {}, make("a", { id: "back", href: addressOf({ paper: -1 }) }, "‹ ", said(nameOf(view.topic)))),
    make("h2", { tabindex: -1 }, said(title || "Untitled")),
    line(authors.join(", "), "lead"),
    make("p", { class: "facts" }, ...facts(place, "")),
    line(warning, "warning"),
    make("p", { class: "links" }, ...links.map(([label, address]) => outward(label, address))),
    note ? make("p", {}, make("span", { class: "said" }, "Note: "), said(note)) : null,
    ...(abstract ? [make("h3", {}, "Abstract"), line(abstract, "abstract")] : []),
    ...places(place),
    ...related("Cites", citing[place], 1),
    ...related("Cited by", citedBy[place], 0),
    ...bibtex(place),
  ];
  byId("paper").replaceChildren(...parts.filter((part) => part !== null));
}

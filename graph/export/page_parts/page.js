/* Showing a view, coming back to it, and what a reader does. */

const MOST_IN_PRINT = 5000;

function show(before = null) {
  const isPaper = view.paper >= 0;
  const left = followed || !before ? undefined : leftAt.get(addressOf({}));
  followed = false;
  byId("list").hidden = isPaper;
  byId("paper").hidden = !isPaper;
  if (byId("words").value !== view.words) byId("words").value = view.words;
  byId("sort").value = view.order;
  if (before?.topic !== view.topic) {
    [...ancestors(view.topic), view.topic].forEach((each) => opened.add(each));
    drawTree();
  }
  if (isPaper) drawPaper(view.paper);
  else drawList(left?.rows);
  const name = isPaper ? papers[view.paper].title : view.topic ? topics[view.topic].name : "";
  document.title = name ? `${name} · ${topics[0].name}` : topics[0].name;
  if (before) settle(before, left);
  look();
}

/** Put the eye and the focus where a reader expects them: where they were, or at the beginning of what is new. */
function settle(before, left) {
  if (view.paper >= 0) byId("paper").querySelector("h2").focus({ preventScroll: true });
  else if (before.paper >= 0) (rowOf(before.paper) ?? byId("heading")).focus({ preventScroll: true });
  else if (!tree.contains(document.activeElement)) byId("heading").focus({ preventScroll: true });
  const beginning = Math.min(scrollY, byId("app").offsetTop);
  scrollTo(0, left?.scrolled ?? beginning);
}

const rowOf = (place) => byId("papers").children[shown.indexOf(place)]?.querySelector("a");

function onAddress() {
  const before = view;
  leftAt.set(addressOf({}), lastSeen);
  view = readAddress();
  show(before);
}

// The place that is left is measured while it stands: by the time the address has changed, it may have moved.
let lastSeen = { scrolled: 0, rows: 0 };
const look = () => (lastSeen = { scrolled: scrollY, rows: view.paper < 0 ? (rows?.count() ?? 0) : 0 });

function onWords() {
  view = { ...view, words: byId("words").value, paper: -1 };
  missing = "";
  history.replaceState(null, "", addressOf({}));
  show();
}

function onSort() {
  view = { ...view, order: byId("sort").value };
  history.replaceState(null, "", addressOf({}));
  show();
}

function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const isWriting = event.target === byId("words");
  const isChoosing = event.target.matches("select");
  if (event.key === "/" && !isWriting) {
    event.preventDefault();
    byId("words").select();
  } else if (event.key === "Escape" && isWriting && byId("words").value) {
    byId("words").value = "";
    onWords();
  } else if (event.key === "Escape" && view.paper >= 0) byId("back").click();
  else if (!isChoosing && ["ArrowDown", "ArrowUp"].includes(event.key)) moveAmongRows(event);
}

function moveAmongRows(event) {
  if (tree.contains(event.target)) return;
  const root = view.paper >= 0 ? byId("paper") : byId("papers");
  const links = [...root.querySelectorAll(".title")];
  const at = links.indexOf(document.activeElement);
  const isAbove = view.paper < 0 && [byId("words"), byId("heading")].includes(event.target);
  if (at < 0 && !isAbove) return;
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  (links[next] ?? (next < 0 ? byId("words") : links.at(-1)))?.focus();
}

function onClick(event) {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  if (event.target.matches(".toggle") && link.hasAttribute("aria-expanded")) {
    event.preventDefault();
    toggle(Number(link.dataset.topic));
  } else if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
    look();
    followed = link.id !== "back" || !leftAt.has(link.hash);
    if (tree.contains(link) && isNarrow.matches) byId("fold").open = false;
  }
}

function onPrint() {
  byId("sources").open = true;
  if (view.paper < 0) rows.more(MOST_IN_PRINT);
}

function onSave() {
  const text = shown.map(bibtexOf).join("\n\n");
  const address = URL.createObjectURL(new Blob([text, "\n"], { type: "application/x-bibtex" }));
  make("a", { href: address, download: "papers.bib" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const isNarrow = matchMedia("(max-width: 56rem)");
const fitFold = () => (byId("fold").open = !isNarrow.matches);

let drawnWidth = 0;
function fitPicture([{ contentRect }]) {
  if (view.paper >= 0 || contentRect.width === drawnWidth) return;
  drawnWidth = contentRect.width;
  drawPicture();
}

function begin() {
  byId("sort").append(...Object.entries(ORDERS).map(([value, name]) => make("option", { value }, name)));
  byId("app").hidden = byId("keys").hidden = false;
  history.scrollRestoration = "manual";
  openAtFirst();
  fitFold();
  view = readAddress();
  show();
  addEventListener("hashchange", onAddress);
  addEventListener("scroll", look, { passive: true });
  addEventListener("keydown", onKey);
  addEventListener("click", onClick);
  addEventListener("beforeprint", onPrint);
  isNarrow.addEventListener("change", fitFold);
  byId("words").addEventListener("input", onWords);
  byId("sort").addEventListener("change", onSort);
  byId("save").addEventListener("click", onSave);
  tree.addEventListener("keydown", moveInTree);
  byId("find").addEventListener("submit", (event) => {
    event.preventDefault();
    byId("papers").querySelector("a")?.focus();
  });
  new ResizeObserver(fitPicture).observe(byId("list"));
  new IntersectionObserver(([more]) => more.isIntersecting && rows.more()).observe(byId("more"));
}

begin();

/* What is shown, and its name after the "#" of the address, so that it can be kept, passed on and come back to. */

/** @typedef {{topic: number, words: string, order: string, paper: number}} View  `paper` is -1 where a list is shown */

const ORDERS = { listed: "as listed", year: "newest first", cited: "most cited here", title: "by title" };

/** @type {View} */
let view = { topic: 0, words: "", order: "listed", paper: -1 };
let missing = "";
let shown = [];
let slots = new Uint8Array(papers.length);
let rows = null;
const leftAt = new Map(); // address -> how far it was scrolled, and how many rows it had
let followed = false;

function addressOf(change) {
  const wanted = { ...view, ...change };
  const told = new URLSearchParams();
  if (wanted.topic) told.set("topic", topics[wanted.topic].key);
  if (wanted.words.trim()) told.set("q", wanted.words);
  if (wanted.order !== "listed") told.set("order", wanted.order);
  if (wanted.paper >= 0) told.set("paper", papers[wanted.paper].key);
  return `#${told.toString() || "all"}`; // a bare "#" would scroll to the top by itself
}

function readAddress() {
  const told = new URLSearchParams(location.hash.slice(1));
  const [topic, paper] = [told.get("topic"), told.get("paper")];
  const place = topic === null ? 0 : topicCalled.get(topic);
  const named = paper === null ? -1 : paperCalled.get(paper);
  missing = place === undefined ? topic : named === undefined ? paper : "";
  const order = told.get("order");
  return {
    topic: place ?? 0,
    words: told.get("q") ?? "",
    order: Object.hasOwn(ORDERS, order ?? "") ? order : "listed",
    paper: named ?? -1,
  };
}

/* The tree of topics, walked as https://www.w3.org/WAI/ARIA/apg/patterns/treeview/ says. */

const ROWS_OPEN_AT_FIRST = 24;

const tree = byId("tree");
const opened = new Set([0]);

function openAtFirst() {
  let level = [0];
  let count = 1;
  while (level.length && count + level.flatMap((each) => children[each]).length <= ROWS_OPEN_AT_FIRST) {
    level.forEach((each) => opened.add(each));
    level = level.flatMap((each) => children[each]);
    count += level.length;
  }
}

function drawTree(focused = view.topic) {
  const hadFocus = tree.contains(document.activeElement);
  tree.replaceChildren(branch(0, 1));
  const item = itemOf(focused) ?? tree.querySelector("a");
  item.tabIndex = 0;
  if (hadFocus) item.focus();
}

const itemOf = (topic) => tree.querySelector(`[data-topic="${topic}"]`);

function branch(topic, level) {
  const inside = children[topic];
  const isOpen = opened.has(topic);
  const name = nameOf(topic);
  const attributes = {
    role: "treeitem",
    href: addressOf({ topic, paper: -1, words: "" }),
    tabindex: -1,
    "data-topic": topic,
    "aria-level": level,
    "aria-label": `${name}, ${holding(below[topic])}`,
    "aria-expanded": inside.length ? isOpen : null,
    "aria-owns": inside.length && isOpen ? `below-${topic}` : null,
    "aria-current": topic === view.topic ? "true" : null,
  };
  const count = make("span", { class: "count" }, below[topic].length.toLocaleString("en"));
  const item = make("a", attributes, make("span", { class: "toggle" }), said(name), count);
  const group = { role: "group", id: `below-${topic}` };
  const under = inside.length && isOpen ? make("ul", group, ...inside.map((each) => branch(each, level + 1))) : null;
  return make("li", { role: "none" }, item, under);
}

function toggle(topic) {
  if (!opened.delete(topic)) opened.add(topic);
  drawTree(topic);
}

function moveInTree(event) {
  const items = [...tree.querySelectorAll("a")];
  const at = items.indexOf(document.activeElement);
  if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  const topic = Number(items[at].dataset.topic);
  const isOpen = items[at].getAttribute("aria-expanded");
  const goTo = (item) => item?.focus();
  const moves = {
    ArrowDown: () => goTo(items[at + 1]),
    ArrowUp: () => goTo(items[at - 1]),
    ArrowRight: () => (isOpen === "false" ? toggle(topic) : isOpen && goTo(items[at + 1])),
    ArrowLeft: () => (isOpen === "true" ? toggle(topic) : goTo(itemOf(topics[topic].parent))),
    Home: () => goTo(items[0]),
    End: () => goTo(items.at(-1)),
  };
  if (!Object.hasOwn(moves, event.key)) return;
  event.preventDefault();
  moves[event.key]();
}

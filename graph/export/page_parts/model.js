"use strict";
/* What is known: papers, topics and sources, named by their places in the lists of the data (graph/export/page_data.py
   says what these hold), and what follows from them. All scripts of this folder become one, in the order in page.py. */

/** @typedef {{key: string, title: string, authors: string[], links: [string, string][], year?: number, venue?: string,
 *   software?: 1, note?: string, abstract?: string, warning?: string}} Paper */
/** @typedef {{key: string, name: string, parent: number}} Topic */
/** @typedef {number[]} Edge  two ends, then source and line of each who says so */

const byId = (id) => document.getElementById(id);
/** @type {{papers: Paper[], topics: Topic[], sources: string[], placed: Edge[], cited: Edge[]}} */
const { papers, topics, sources, placed, cited } = JSON.parse(byId("data").textContent);

const lists = (count) => Array.from({ length: count }, () => []);
const children = lists(topics.length);
const standingAt = lists(topics.length);
const placesOf = lists(papers.length);
const citing = lists(papers.length);
const citedBy = lists(papers.length);
/** @type {number[][]} the papers at and below each topic, each once, in the order of the topics */
const below = [];
const topicCalled = new Map(topics.map((topic, place) => [topic.key, place]));
const paperCalled = new Map(papers.map((paper, place) => [paper.key, place]));
const byTitle = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

topics.forEach((topic, place) => topic.parent >= 0 && children[topic.parent].push(place));
for (const edge of placed) {
  standingAt[edge[1]].push(edge[0]);
  placesOf[edge[0]].push(edge);
}
for (const edge of cited) {
  citing[edge[0]].push(edge);
  citedBy[edge[1]].push(edge);
}
gather(0);
below[0] = [...new Set([...below[0], ...papers.keys()])]; // papers without a place come last

function gather(topic) {
  const found = new Set(standingAt[topic]);
  for (const child of children[topic]) for (const paper of gather(child)) found.add(paper);
  return (below[topic] = [...found]);
}

function ancestors(topic) {
  const found = [];
  for (let up = topics[topic].parent; up >= 0; up = topics[up].parent) found.unshift(up);
  return found;
}


/** The topics from below one down to another, or null where the other is not below. */
function wayFrom(above, topic) {
  const way = [...ancestors(topic), topic];
  return way.includes(above) ? way.slice(way.indexOf(above) + 1) : null;
}

const nameOf = (topic) => (topic ? topics[topic].name : "All papers");
const counted = (count, one) => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;

/** What papers these are, counted. */
function holding(list) {
  const tools = list.filter((place) => papers[place].software).length;
  const others = list.length - tools;
  if (!tools) return counted(others, "paper");
  return others ? `${counted(others, "paper")} and ${counted(tools, "tool")}` : counted(tools, "tool");
}

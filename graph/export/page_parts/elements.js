/* Making elements. Text of the graph becomes text nodes, never markup, and only a web address becomes a link. */

const SVG = "http://www.w3.org/2000/svg";
const SLICE = 100;

function fill(element, attributes, parts) {
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...parts.filter((part) => part !== null && part !== ""));
  return element;
}

const make = (tag, attributes, ...parts) => fill(document.createElement(tag), attributes, parts);
const draw = (tag, attributes, ...parts) => fill(document.createElementNS(SVG, tag), attributes, parts);
const said = (text) => make("bdi", {}, text); // text of the graph, whose direction ends where it ends

function outward(label, address) {
  if (!/^https?:\/\/[^\s/?#]/i.test(address)) return make("span", {}, said(`${label}: ${address}`));
  return make("a", { href: address, target: "_blank", rel: "noreferrer" }, said(label));
}

/** Draw the first items into a list, and offer the others by a button. */
function drawSliced(list, button, items, drawOne) {
  let drawn = 0;
  const more = (count = SLICE) => {
    const until = Math.min(items.length, drawn + count);
    list.append(...items.slice(drawn, until).map(drawOne));
    drawn = until;
    button.hidden = drawn === items.length;
    button.textContent = `Show ${Math.min(SLICE, items.length - drawn)} more of ${items.length.toLocaleString("en")}`;
  };
  list.replaceChildren();
  button.onclick = () => {
    const next = drawn;
    more();
    list.children[next]?.querySelector("a")?.focus();
  };
  more();
  return { more, count: () => drawn };
}

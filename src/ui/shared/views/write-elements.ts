// Writes a view as elements in a browser, and writes it again into those that are there: what stays keeps its focus and
// what was typed. No markup is read, so that a site which forbids that (Trusted Types) has nothing to allow.

import { attributeOf, type ElementNode, type View } from "./tree.ts";

const SVG = "http://www.w3.org/2000/svg";
type Wanted = ElementNode | string;

/** Makes the children of `parent` what the view says. */
export function writeElements(parent: Element | ShadowRoot, view: View): void {
  const wanted = wantedOf(view);
  let at = parent.firstChild;
  for (const [index, each] of wanted.entries()) {
    // A node that a later part needs stays, and this part is inserted before it; others are removed.
    while (at && !fits(at, each) && !wanted.slice(index + 1).some((later) => at && fits(at, later))) {
      const next: ChildNode | null = at.nextSibling;
      at.remove();
      at = next;
    }
    if (at && fits(at, each)) {
      update(at, each);
      at = at.nextSibling;
    } else parent.insertBefore(create(each), at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** Leaves out markup and data, which only the server writes, and joins adjacent texts. */
function wantedOf(view: View): Wanted[] {
  const wanted: Wanted[] = [];
  const take = (each: View): void => {
    if (each === null || each === undefined || each === false || each === "") return;
    if (typeof each === "string" || typeof each === "number") {
      const before = wanted.at(-1);
      if (typeof before === "string") wanted[wanted.length - 1] = before + String(each);
      else wanted.push(String(each));
    } else if (!("kind" in each)) each.forEach(take);
    else if (each.kind === "element") wanted.push(each);
  };
  take(view);
  return wanted;
}

/** What identifies an element among those of its tag: its id, its name, and the value of a button or a hidden field. */
function keyOf(tag: string, valueOf: (name: string) => string | null): string {
  const says = tag === "button" || valueOf("type") === "hidden" ? valueOf("value") : null;
  return [tag, valueOf("id"), valueOf("name"), says].map((part) => part ?? "").join("\n");
}

function fits(node: Node, wanted: Wanted): boolean {
  if (typeof wanted === "string") return node.nodeType === 3;
  if (!("localName" in node)) return false;
  const element = node as Element;
  const asked = keyOf(wanted.tag, (name) => {
    const value = attributeOf(name, wanted.props[name]);
    return value === true ? "" : value;
  });
  return keyOf(element.localName, (name) => element.getAttribute(name)) === asked;
}

function create(wanted: Wanted): Node {
  if (typeof wanted === "string") return document.createTextNode(wanted);
  const { tag } = wanted;
  const element = tag === "svg" || tag === "path" ? document.createElementNS(SVG, tag) : document.createElement(tag);
  update(element, wanted);
  return element;
}

function update(node: Node, wanted: Wanted): void {
  if (typeof wanted === "string") {
    if (node.nodeValue !== wanted) node.nodeValue = wanted;
    return;
  }
  const element = node as Element;
  const attributes = new Map<string, string>();
  for (const [name, given] of Object.entries(wanted.props)) {
    const value = attributeOf(name, given);
    if (value !== null) attributes.set(name, value === true ? "" : value);
  }
  for (const name of element.getAttributeNames()) if (!attributes.has(name)) element.removeAttribute(name);
  for (const [name, value] of attributes) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
  writeElements(element, wanted.children);
}

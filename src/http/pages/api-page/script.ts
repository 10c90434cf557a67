// Holds the script of the API page: plain JavaScript, sent as it is written here. Without it the page can be read all the same.
// The token stays in the page's memory. Ids are suggested from the answers that this page was given, never made up.

export const API_PAGE_SCRIPT = `"use strict";
const tokenField = document.getElementById("token");
const seen = new Map();

function said(text) {
  document.getElementById("token-said").textContent = text;
}

document.getElementById("new-shopper").addEventListener("click", async () => {
  const answer = await fetch("/v1/shoppers", { method: "POST" });
  const body = await answer.json();
  if (!answer.ok) return said(body.detail);
  tokenField.value = body.token;
  said("You are a new shopper. Requests from this page now carry its token.");
});

function keepIds(value) {
  if (Array.isArray(value)) return value.forEach(keepIds);
  if (value !== null && typeof value === "object") return Object.values(value).forEach(keepIds);
  const [, prefix] = /^([a-z]+)_[0-9a-z]{26,}$/.exec(typeof value === "string" ? value : "") ?? [];
  if (prefix === undefined) return;
  const ids = seen.get(prefix) ?? new Set();
  if (ids.has(value)) return;
  seen.set(prefix, ids.add(value));
  let list = document.getElementById("ids-" + prefix);
  if (list === null) {
    list = document.createElement("datalist");
    list.id = "ids-" + prefix;
    document.body.append(list);
  }
  list.append(new Option("", value));
}

/** In the body of an example an id that was seen takes the place of one that is left open. */
function fillBody(form) {
  const body = form.elements.namedItem("body");
  if (body === null) return;
  body.value = body.value.replace(/"([a-z]+)_…"/g, (open, prefix) => {
    const last = [...(seen.get(prefix) ?? [])].at(-1);
    return last === undefined ? open : JSON.stringify(last);
  });
}

function requestOf(form) {
  const url = new URL(form.dataset.path, location.origin);
  const headers = new Headers();
  let path = form.dataset.path;
  for (const field of form.querySelectorAll("[data-in]")) {
    const value = field.value.trim();
    if (field.dataset.in === "path") path = path.replace("{" + field.name + "}", encodeURIComponent(value));
    if (value === "") continue;
    if (field.dataset.in === "query") url.searchParams.set(field.name, value);
    if (field.dataset.in === "header") headers.set(field.name, value);
  }
  // A try is a new wish: it has a new key, unless a person typed one to see a repeat.
  if (form.dataset.key !== undefined && !headers.has("Idempotency-Key")) headers.set("Idempotency-Key", crypto.randomUUID());
  if (tokenField.value.trim() !== "") headers.set("Authorization", "Bearer " + tokenField.value.trim());
  const body = form.elements.namedItem("body");
  if (body !== null) headers.set("Content-Type", "application/json");
  return new Request(path + url.search, { method: form.dataset.method, headers, ...(body !== null && { body: body.value }) });
}

function linesOf(headers) {
  return [...headers].map(([name, value]) => name + ": " + (name === "authorization" ? "Bearer …" : value)).join("\\n");
}

function part(tag, text, name) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name !== undefined) made.className = name;
  if (tag === "pre") made.tabIndex = 0;
  return made;
}

async function send(form) {
  const answered = form.querySelector(".answered");
  let request;
  try {
    request = requestOf(form);
    const began = performance.now();
    const answer = await fetch(request);
    const text = await answer.text();
    const took = Math.round(performance.now() - began);
    let shown = text;
    try {
      const body = JSON.parse(text);
      keepIds(body);
      shown = JSON.stringify(body, null, 2);
    } catch {}
    answered.replaceChildren(
      part("p", answer.status + " " + answer.statusText + ", " + took + " ms", answer.ok || answer.status === 304 ? "good" : "bad"),
      part("h5", "Sent"),
      part("pre", request.method + " " + new URL(request.url).pathname + new URL(request.url).search + "\\n" + linesOf(request.headers)),
      part("h5", "Answered"),
      part("pre", linesOf(answer.headers) + (shown === "" ? "" : "\\n\\n" + shown)),
    );
  } catch (fault) {
    answered.replaceChildren(part("p", "Not sent, or not answered: " + fault.message, "bad"));
  }
}

for (const form of document.querySelectorAll("form.try")) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    await send(form);
    button.disabled = false;
  });
  form.closest("details").addEventListener("toggle", () => fillBody(form));
}

/** What a link leads to is opened, and what it lies in. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const box = target?.closest("details");
  if (!box || box.open) return;
  box.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", openTarget);
openTarget();

document.getElementById("find").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase().split(/\\s+/);
  for (const item of document.querySelectorAll("nav li[data-find]")) {
    item.hidden = !words.every((word) => item.dataset.find.includes(word));
  }
  for (const group of document.querySelectorAll("nav section")) {
    group.hidden = group.querySelector("li:not([hidden])") === null;
  }
});
document.documentElement.classList.add("scripted");
const contents = document.getElementById("contents");
const isWide = matchMedia("(min-width: 60rem)");
const fold = () => void (contents.open = isWide.matches);
isWide.addEventListener("change", fold);
fold();
contents.addEventListener("click", ({ target }) => {
  if (!isWide.matches && target.closest("a")) contents.open = false;
});
`;

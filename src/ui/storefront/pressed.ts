// Shows on a slow connection that a button was pressed, until the next page comes. The button stays enabled: a second
// press does nothing twice (rule S1), and somebody who stopped the first request may press again.

export function showPressed(): void {
  document.addEventListener("submit", ({ submitter }) => submitter?.setAttribute("aria-busy", "true"));
  // A page that "back" shows again is in the state in which it was left.
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
  });
}

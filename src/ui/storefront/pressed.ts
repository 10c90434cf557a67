// Shows on a slow line that a button was pressed, until the next page comes. It stays of use: a second press does nothing
// twice (rule S1), and somebody who stopped the first may press again.

export function showPressed(): void {
  document.addEventListener("submit", ({ submitter }) => submitter?.setAttribute("aria-busy", "true"));
  // A page that is shown again by "back" comes as it was left.
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
  });
}

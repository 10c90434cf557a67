// Defines <voelgoed-tickets event="evt_…" lang="af" theme="light">, the form that buys on any site (docs/embed.md).

import { latestTexts } from "../shared/texts/buying-texts.ts";
import { localeOf } from "../shared/reader-locale.ts";
import { elementSheet } from "./element-sheet.ts";
import { Panel } from "./panel.ts";

const NAME = "voelgoed-tickets";
/** Where this script came from is where tickets are sold. */
const ORIGIN = new URL(import.meta.url).origin;

class VoelgoedTickets extends HTMLElement {
  static readonly observedAttributes = ["event", "lang"];

  private panel: Panel | null = null;
  private readonly mount = document.createElement("div");
  private readonly link = document.createElement("slot");

  connectedCallback(): void {
    quietly(() => {
      if (this.shadowRoot === null) this.dress(this.attachShadow({ mode: "open" }));
      if (this.panel === null) this.begin();
    });
  }

  /** One that is only moved is back at once, and goes on as it was. */
  disconnectedCallback(): void {
    setTimeout(() => {
      if (this.isConnected) return;
      this.panel?.close();
      this.panel = null;
    });
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    const { panel } = this;
    if (before === now || panel === null) return;
    // Another language changes the words alone.
    if (name === "lang") return void this.speak();
    quietly(() => {
      panel.close();
      this.begin();
    });
  }

  private dress(root: ShadowRoot): void {
    root.append(this.mount, this.link);
    // Nothing is shown undressed; without the sheet at all, it still sells.
    this.mount.hidden = true;
    void this.clothe(root);
  }

  private async clothe(root: ShadowRoot): Promise<void> {
    const sheet = await elementSheet(ORIGIN);
    if (sheet) root.adoptedStyleSheets = [sheet];
    this.mount.hidden = false;
  }

  private begin(): void {
    const root = this.shadowRoot;
    if (root === null) return;
    const eventId = this.getAttribute("event") ?? "";
    const panel = new Panel({
      ...{ origin: ORIGIN, eventId, root, mount: this.mount, link: this.link },
      dispatch: (name, detail) =>
        this.dispatchEvent(new CustomEvent(`voelgoed:${name}`, { detail, bubbles: true, composed: true })),
    });
    this.panel = panel;
    panel.open(this.speak());
  }

  /** In the language of the moment, and to the panel of the moment: both may change while its words are on their way. */
  private speak(): Promise<void> {
    const wanted = () => localeOf([this.closest("[lang]")?.getAttribute("lang"), ...navigator.languages]);
    return latestTexts(wanted).then(
      (wording) => quietly(() => this.panel?.render(wording)),
      // Without words there is the host's own link.
      () => undefined,
    );
  }
}

/** No fault of ours reaches the host's page: its own link is still there. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // There is nothing more to try.
  }
}

// A second copy of this script finds the first one's.
quietly(() => {
  if (!customElements.get(NAME)) customElements.define(NAME, VoelgoedTickets);
});

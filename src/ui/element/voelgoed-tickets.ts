// Defines <voelgoed-tickets event="evt_…" lang="af" theme="light">, the form that buys on any site (docs/embed.md).

import { latestTexts } from "../shared/texts/buying-texts.ts";
import { localeOf } from "../shared/reader-locale.ts";
import { elementSheet } from "./element-sheet.ts";
import { Panel } from "./panel.ts";

const NAME = "voelgoed-tickets";
/** Tickets are sold by the server from which this script was loaded. */
const ORIGIN = new URL(import.meta.url).origin;

class VoelgoedTickets extends HTMLElement {
  static readonly observedAttributes = ["event", "lang"];

  private panel: Panel | null = null;
  private readonly mount = document.createElement("div");
  private readonly link = document.createElement("slot");

  connectedCallback(): void {
    quietly(() => {
      if (this.shadowRoot === null) this.build(this.attachShadow({ mode: "open" }));
      if (this.panel === null) this.begin();
    });
  }

  /** An element that is only moved is connected again at once, and goes on as it was. */
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
    // Another language changes only the texts.
    if (name === "lang") return void this.showTexts();
    quietly(() => {
      panel.close();
      this.begin();
    });
  }

  private build(root: ShadowRoot): void {
    root.append(this.mount, this.link);
    // Hidden until the style sheet is there. When it cannot be fetched, the element is shown without it.
    this.mount.hidden = true;
    void this.adoptSheet(root);
  }

  private async adoptSheet(root: ShadowRoot): Promise<void> {
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
    panel.open(this.showTexts());
  }

  /**
   * Loads the texts, and shows them in the language and the panel of that moment, since both may change while they
   * load.
   */
  private showTexts(): Promise<void> {
    const wanted = () => localeOf([this.closest("[lang]")?.getAttribute("lang"), ...navigator.languages]);
    return latestTexts(wanted).then(
      (wording) => quietly(() => this.panel?.render(wording)),
      // Without texts, the host's own link is shown.
      () => undefined,
    );
  }
}

/** Keeps a fault of ours from the host's page, which still has its own link. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Nothing can be done about the fault here.
  }
}

// Does nothing when a first copy of this script has defined the element.
quietly(() => {
  if (!customElements.get(NAME)) customElements.define(NAME, VoelgoedTickets);
});

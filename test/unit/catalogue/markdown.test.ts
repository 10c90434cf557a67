// Descriptions as HTML: what Markdown becomes, and that nothing else than the listed elements ever comes out.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../../../src/app/descriptions/render-markdown.ts";
import { MAX_DESCRIPTION } from "../../../src/domain/limits.ts";
import { markdownHtml } from "../../../src/domain/text/markdown-html.ts";
import { htmlAsText, paragraphsAsHtml } from "../../../src/domain/text/plain-html.ts";

const link = (href: string, text: string) => `<a href="${href}" rel="nofollow noopener">${text}</a>`;

describe("[E10] Markdown", () => {
  it.each([
    ["two paragraphs", "Two stages.\n\nOne evening.", "<p>Two stages.</p><p>One evening.</p>"],
    ["each line as it was typed", "Doors 18:00\nShow 19:00", "<p>Doors 18:00<br>Show 19:00</p>"],
    ["emphasis", "*one* and **two**", "<p><em>one</em> and <strong>two</strong></p>"],
    ["headings from the third level on", "# Who\n\n###### When", "<h3>Who</h3><h6>When</h6>"],
    ["a list", "- one\n- *two*", "<ul><li>one</li><li><em>two</em></li></ul>"],
    ["a list from 1 on, however that is written", "01) one\n02) two", "<ol><li>one</li><li>two</li></ol>"],
    ["a list in a list", "1. one\n   - two", "<ol><li>one<ul><li>two</li></ul></li></ol>"],
    ["a link", "[map](https://maps.example/a?b=1&c=2)", `<p>${link("https://maps.example/a?b=1&amp;c=2", "map")}</p>`],
    ["an address in brackets", "<https://a.example>", `<p>${link("https://a.example/", "https://a.example")}</p>`],
    ["a mail", "[us](mailto:box@a.example)", `<p>${link("mailto:box@a.example", "us")}</p>`],
    ["escapes", "5 \\* 3 < 20 & more", "<p>5 * 3 &lt; 20 &amp; more</p>"],
    ["nothing", "", ""],
  ])("shows %s", (_, source, html) => {
    expect(renderMarkdown(source)).toBe(html);
  });

  it.each([
    ["HTML", "<b onclick='x()'>hi</b>", "<p>&lt;b onclick=&#39;x()&#39;&gt;hi&lt;/b&gt;</p>"],
    ["a script", "<script>\nx\n</script>", "<p>&lt;script&gt;<br>x<br>&lt;/script&gt;</p>"],
    ["an image", "![a <poster>](https://a.example/x.png)", "<p>![a &lt;poster&gt;](https://a.example/x.png)</p>"],
    ["a table", "| a |\n|---|\n| b |", "<p>| a |<br>|---|<br>| b |</p>"],
    ["code", "`a<b` and ``*c* ` d``", "<p>`a&lt;b` and ``*c* ` d``</p>"],
    ["a rule", "one\n\n* * *\n\ntwo", "<p>one</p><p>* * *</p><p>two</p>"],
    ["a list from 3 on", "3. three\n4. *four*", "<p>3. three<br>4. <em>four</em></p>"],
    ["a list from 0 on", "0) none", "<p>0) none</p>"],
    ["a list from 11 on in a list", "- one\n\n  11. two", "<ul><li><p>one</p><p>11. two</p></li></ul>"],
    ["a quotation", "> said", "<p>&gt; said</p>"],
    ["a reference", "[a][b]\n\n[b]: https://b.example", "<p>[a][b]</p><p>[b]: https://b.example</p>"],
  ])("shows %s as text", (_, source, html) => {
    expect(renderMarkdown(source)).toBe(html);
  });

  it.each([
    ...["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java&#115;cript:alert(1)", "data:text/html,x", "vbscript:x"],
    ...[
      "file:///etc/passwd",
      "blob:https://a.example/x",
      "//a.example",
      "/console",
      "a.example",
      "#top",
      "ftp://a.example",
    ],
    ...["https://bank.example@evil.example", "https://user:secret@evil.example", "https://", "\u0001javascript:x"],
  ])("makes no link to %s", (href) => {
    const html = renderMarkdown(`[here](<${href}>) [there](${href})`);
    expect(html).toContain("here");
    expect(html).not.toContain("<a");
  });

  it("has no link within a link", () => {
    expect(renderMarkdown("[a <https://b.example> c](https://d.example)")).toBe(
      `<p>${link("https://d.example/", "a https://b.example c")}</p>`,
    );
  });

  it.each([
    "> ",
    "- ",
    "1. ",
    "- 1. ",
    "* > ",
    "# ",
    "[",
    "![",
    "*a",
    "**a ",
    "_",
    "`",
    "<",
    "&",
    "[a](",
    "\\",
    "\t",
    "\n",
  ])("of %j a thousand times is as bounded as any other", (piece) => {
    const source = piece.repeat(MAX_DESCRIPTION).slice(0, MAX_DESCRIPTION);
    expect(faultsIn(renderMarkdown(source))).toEqual([]);
  });

  it.each([
    ["emphases", "*", "*"],
    ["emphases around words", "*a ", " a*"],
    ["images", "![", "](b)"],
    ["links", "[", "](https://b.example)"],
  ])("has %s ten deep in one another, and of more what was typed", (_, opening, closing) => {
    const levels = Math.floor((MAX_DESCRIPTION - 1) / (opening.length + closing.length));
    const html = renderMarkdown(`${opening.repeat(levels)}a${closing.repeat(levels)}`);
    expect(faultsIn(html)).toEqual([]);
    expect(html.split(/<(?:em|strong)>/).length - 1).toBeLessThanOrEqual(10);
  });

  it("has ten emphases in one another, and not eleven", () => {
    const nested = (levels: number) => renderMarkdown(`${"*a ".repeat(levels)}b${" c*".repeat(levels)}`);
    const shown = (text: string) => `<p>${"<em>a ".repeat(10)}${text}${" c</em>".repeat(10)}</p>`;
    expect([nested(10), nested(11)]).toEqual([shown("b"), shown("*a b c*")]);
  });

  it("that is old, or was never rendered, is paragraphs of what was typed", () => {
    expect(paragraphsAsHtml("Two <b>stages</b> & *more*.\nBring a chair.\n\n \n\nOne evening.\n")).toBe(
      "<p>Two &lt;b&gt;stages&lt;/b&gt; &amp; *more*.<br>Bring a chair.</p><p>One evening.</p>",
    );
    expect(paragraphsAsHtml("")).toBe("");
  });
});

const ELEMENTS = new Set(["p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "br", "a"]);
const LINK = /^a href="(?:https?:\/\/[^"'<>\s]+|mailto:[^"'<>\s]*)" rel="nofollow noopener"$/;
const ENTITY = /&(?:amp|lt|gt|quot|#39);/g;

/** Reads HTML by the strictest grammar: what is not a listed element, well nested, or escaped text is a fault. */
function faultsIn(html: string): string[] {
  const faults: string[] = [];
  const open: string[] = [];
  for (const [piece] of html.matchAll(/<[^>]*>?|[^<]+/g)) {
    if (!piece.startsWith("<")) {
      if (/[&<>"']/.test(piece.replaceAll(ENTITY, ""))) faults.push(`text ${piece}`);
      continue;
    }
    const tag = piece.slice(1, -1);
    if (tag.startsWith("/")) {
      if (open.pop() !== tag.slice(1)) faults.push(`closes ${tag}`);
      continue;
    }
    const [name = ""] = tag.split(" ");
    if (!ELEMENTS.has(name) || (tag !== name && !LINK.test(tag)) || (name === "a" && open.includes("a")))
      faults.push(tag);
    if (name !== "br") open.push(name);
  }
  return [...faults, ...open.map((name) => `leaves ${name} open`)];
}

const PIECES = [
  ...["*", "**", "_", "[", "](", ")", "<", ">", "</a>", "<a href='x' onmouseover='y'>", "<img src=x onerror=alert(1)>"],
  ...["- ", "1. ", "\n", "\n\n", "    ", "# ", "> ", "`", "```\n", "|", "---", "![", "&lt;script&gt;", "&#x6a;", "&"],
  ...[
    "javascript:alert(1)",
    'https://a.example/"onclick="x',
    "http://a'b",
    "mailto:a@b",
    "https://é.example",
    "\\",
    '"',
    "'",
  ],
  ...[
    "<!--",
    "-->",
    "<![CDATA[",
    "<svg/onload=x>",
    "\u2028",
    "\u0000",
    "word",
    " ",
    "\t",
    "]: ",
    "[x]: javascript:x",
    "<https://a.example>",
  ],
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "binary", maxLength: 6 })), { maxLength: 60 })
  .map((pieces) => pieces.join("").slice(0, MAX_DESCRIPTION));

describe("[E10] whatever is typed", () => {
  it("becomes the listed elements and escaped text, at most 30 times as long", () => {
    fc.assert(
      fc.property(hostile, (source) => {
        for (const html of [renderMarkdown(source), paragraphsAsHtml(source)]) {
          expect(faultsIn(html), source).toEqual([]);
          expect(html.length).toBeLessThanOrEqual(30 * source.length + 100);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("is distinguished from what is not safe by the check itself", () => {
    for (const html of [
      ...[
        "<script>x</script>",
        "<p onclick=x>a</p>",
        '<a href="javascript:x" rel="nofollow noopener">a</a>',
        "<p>a",
        "a < b",
      ],
      ...[
        "<b>a</b>",
        '<p class="x">a</p>',
        '<a href="https://a.example/">a</a>',
        "</p>",
        "a & b",
        "<img>",
        "<p>a</em>",
      ],
    ])
      expect(faultsIn(html), html).not.toEqual([]);
  });

  it("is safe also where the parser returns what nobody expects", () => {
    const tokens = [
      { type: "html", raw: "<b>", text: "<b>" },
      { type: "table", raw: "<td>" },
      { type: "heading", raw: "", depth: 99, tokens: [{ type: "del", raw: "<x>" }] },
      { type: "heading", raw: "", depth: -1, text: "a" },
      { type: "list", raw: "", ordered: true },
      { type: "paragraph", raw: "", tokens: [{ type: "link", raw: "", text: "<a>", href: 'https://a.example/"><b>' }] },
      { type: "paragraph", raw: "", tokens: [{ type: "link", raw: "no address" }] },
    ];
    const html = markdownHtml(tokens);
    expect(faultsIn(html)).toEqual([]);
    expect(html).toContain("<h6>&lt;x&gt;</h6><h3>a</h3><ol></ol>");
  });
});

it("[E10] as text has what a reader sees, with a blank line after each part", () => {
  const source = '# Who & when\n\n- one <b>\n- **two**\n\nDoors 18:00\nShow "19:00"';
  expect(htmlAsText(renderMarkdown(source))).toBe('Who & when\n\none <b>\n\ntwo\n\nDoors 18:00\nShow "19:00"');
  fc.assert(
    fc.property(fc.stringMatching(/^[<>&"'a-z;#]+( [<>&"'a-z;#]+)*$/), (text) => {
      expect(htmlAsText(paragraphsAsHtml(text))).toBe(text);
    }),
  );
});

// Views and the text that the server makes of them: nothing that is data reaches a page as markup (rule S1).

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { qrView } from "../../../src/ui/shared/views/qr.ts";
import { h, linkedData, raw, type SanitisedMarkup, type View } from "../../../src/ui/shared/views/tree.ts";
import { writePage, writeText } from "../../../src/ui/shared/views/write-text.ts";

const ATTACKS = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "'><b>",
  "&lt;",
  "</title>",
  "<!--",
  "]]>",
];

describe("[S1] a text", () => {
  test.each(ATTACKS)("%s stays a text", (attack) => {
    const text = writeText(h("p", {}, attack));
    expect(text.slice(3, -4)).not.toMatch(/[<>"']/);
    expect(unescaped(text.slice(3, -4))).toBe(attack);
  });

  test("of any characters is read back as it was, as a text and as an attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const written = writeText(h("p", { title: text }, text));
        const [, attribute = "none", inner = "none"] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(written) ?? [];
        expect([unescaped(attribute), unescaped(inner)]).toEqual([text, text]);
      }),
    );
  });
});

function unescaped(text: string): string {
  const characters: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => characters[name] ?? "?");
}

describe("[S1] an attribute", () => {
  test.each(ATTACKS)("%s cannot end it", (attack) => {
    const [, value = "none"] = /^<p title="([^"]*)"><\/p>$/.exec(writeText(h("p", { title: attack }))) ?? [];
    expect(value).not.toMatch(/[<>']/);
    expect(unescaped(value)).toBe(attack);
  });

  test("is left out when it is none, is only its name when it is true, and is a number as it is", () => {
    const props = { a: null, b: undefined, c: false, required: true, value: 0, alt: "" };
    expect(writeText(h("input", props))).toBe('<input required value="0" alt="">');
  });

  test.each(["onclick", "ONLOAD", "onx", "style", "srcdoc", "srcset", "a b", 'a"', "1a", ""])(
    "of the name %j is a bug, whatever its value",
    (name) => {
      expect(() => writeText(h("p", { [name]: "x" }))).toThrow(/no view may have/);
      expect(() => writeText(h("p", { [name]: null }))).toThrow(/no view may have/);
    },
  );
});

describe("[S1] an address", () => {
  test.each([
    ...["javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)"],
    ...["\u0001javascript:alert(1)", "data:text/html,<b>", "vbscript:x", "blob:x", "file:///etc/passwd", "x-other:1"],
  ])("%j is left out", (address) => {
    for (const name of ["href", "src", "action", "formaction"])
      expect(writeText(h("a", { [name]: address, class: "a" }, "x"))).toBe('<a class="a">x</a>');
  });

  test.each([
    "/e/a/b",
    "#part",
    "?a=b",
    "e/javascript:1",
    "https://a.example/x",
    "http://a",
    "mailto:a@b.c",
    "tel:+27",
    "",
  ])("%j is written", (address) => {
    expect(writeText(h("a", { href: address }, "x"))).toBe(`<a href="${address}">x</a>`);
  });
});

test("[S1] data for machines cannot end its element, and says the same", () => {
  const data = { name: "</script><script>alert(1)</script><!--", lines: "a\u2028b\u2029c & d" };
  const text = writeText(linkedData(data));
  const [, json = "none"] = /^<script type="application\/ld\+json">(.*)<\/script>$/s.exec(text) ?? [];
  expect(json).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(json)).toEqual(data);
});

test("[S1] nothing is written into a script, and an element without an end has no children", () => {
  expect(() => writeText(h("script", {}, "alert(1)"))).toThrow(/may write into a script/);
  expect(writeText(h("script", { src: "/ui/a.js" }))).toBe('<script src="/ui/a.js"></script>');
  expect(writeText([h("br"), h("p", {}, h("img", { src: "/a" }))])).toBe('<br><p><img src="/a"></p>');
});

test("what is nothing is written as nothing, and sanitised markup as it is", () => {
  const nothing: View[] = [null, undefined, false, [], ""];
  expect(writeText(h("p", {}, ...nothing, 0, ["a", ["b"]]))).toBe("<p>0ab</p>");
  expect(writeText(raw("<b>bold</b>" as SanitisedMarkup))).toBe("<b>bold</b>");
  expect(writePage(h("html", {}))).toBe("<!doctype html><html></html>");
});

test("[S14] a code is drawn as runs of dark modules on white", () => {
  const view = writeText(
    qrView(
      [
        [true, true, false],
        [false, false, false],
        [true, false, true],
      ],
      "A code",
    ),
  );
  expect(view).toContain('viewBox="0 0 3 3" role="img" aria-label="A code"');
  expect(view).toContain('fill="#fff" d="M0 0h3v3h-3z"');
  expect(view).toContain('fill="#000" d="M0 0h2v1h-2zM0 2h1v1h-1zM2 2h1v1h-1z"');
});

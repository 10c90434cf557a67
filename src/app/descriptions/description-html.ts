// Makes the HTML that is stored beside a description (rule E10).

/** Returns the field to be written with a description that was sent; empty when none was. */
export async function htmlFieldFor(
  description: string | null | undefined,
): Promise<{ readonly description_html?: string | null }> {
  if (description === undefined) return {};
  if (description === null) return { description_html: null };
  const { renderMarkdown } = await import("./render-markdown.ts");
  return { description_html: renderMarkdown(description) };
}

// Makes the HTML that is stored beside a description (rule E10).

/** Returns the HTML's field of the row for the description that was sent; no field when none was sent. */
export async function htmlFieldFor(
  description: string | null | undefined,
): Promise<{ readonly description_html?: string | null }> {
  if (description === undefined) return {};
  if (description === null) return { description_html: null };
  const { renderMarkdown } = await import("./render-markdown.ts");
  return { description_html: renderMarkdown(description) };
}

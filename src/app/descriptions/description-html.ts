// The HTML that is stored beside a description (rule E10).

/** To be written with the description that was sent; nothing where none was. */
export async function htmlBeside(
  description: string | null | undefined,
): Promise<{ readonly description_html?: string | null }> {
  if (description === undefined) return {};
  if (description === null) return { description_html: null };
  const { renderMarkdown } = await import("./render-markdown.ts");
  return { description_html: renderMarkdown(description) };
}

// Holds the style of the API page, light or dark as its reader's system is.

export const API_PAGE_STYLE = `:root {
  color-scheme: light dark; font: 1rem/1.55 system-ui, sans-serif;
  --ground: #fff; --text: #1d2420; --soft: #55605a; --line: #d5dcd8; --panel: #f5f8f6; --accent: #0b6b3a;
  --get: #0b5cad; --post: #0b6b3a; --patch: #8a5200; --delete: #b3261e;
}
@media (prefers-color-scheme: dark) { :root {
  --ground: #121614; --text: #e6ece8; --soft: #a5b0aa; --line: #323a36; --panel: #1a201d; --accent: #58c98b;
  --get: #7fb8f5; --post: #58c98b; --patch: #e9b265; --delete: #ff9a91;
} }
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; background: var(--ground); color: var(--text); }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[hidden] { display: none !important; }
.hidden, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
header { position: sticky; top: 0; z-index: 1; padding: 0.75rem 1.25rem; background: var(--ground); border-bottom: 1px solid var(--line); color: var(--soft); }
header a { color: var(--text); font-weight: 650; text-decoration: none; }
.columns { max-width: 84rem; margin: 0 auto; }
main { padding: 1rem 1.25rem 6rem; min-width: 0; }
h1 { font-size: 2rem; line-height: 1.2; margin: 1rem 0; }
h2 { font-size: 1.4rem; margin: 3rem 0 0.5rem; }
h3 { font-size: 1.15rem; margin: 0; } h4 { margin: 1.75rem 0 0.5rem; } h5 { margin: 1rem 0 0.25rem; }
p, dd, li { overflow-wrap: anywhere; } main > p, main section > p { max-width: 46rem; }
code, pre, textarea { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
pre, .table { overflow-x: auto; margin: 0.5rem 0; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--panel); }
pre { padding: 0.75rem 1rem; max-height: 30rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 600; } tbody th { font-weight: 400; white-space: nowrap; }
em { color: var(--soft); } small, .in { color: var(--soft); font-size: 0.8125rem; } dd { margin: 0 0 0.75rem; }
details.operation, main section > details { border: 1px solid var(--line); border-radius: 0.625rem; margin: 0.5rem 0; }
summary { cursor: pointer; padding: 0.625rem 0.875rem; border-radius: 0.625rem; overflow-wrap: anywhere; }
summary:hover { background: var(--panel); } .says { color: var(--soft); margin-left: 0.375rem; }
details[open] > summary { border-bottom: 1px solid var(--line); border-radius: 0.625rem 0.625rem 0 0; }
.told { padding: 1rem; } .told > :first-child { margin-top: 0; }
.method { display: inline-block; min-width: 3.75rem; font: 700 0.75rem/1.5 ui-monospace, monospace; letter-spacing: 0.02em; }
.GET { color: var(--get); } .POST, .PUT { color: var(--post); } .PATCH { color: var(--patch); } .DELETE { color: var(--delete); }
label { font-weight: 600; } .in { font-weight: 400; }
input, select, textarea { display: block; width: 100%; font-size: 0.9375rem; color: inherit; background: var(--ground); border: 1px solid #77827c; border-radius: 0.375rem; padding: 0.5rem 0.625rem; margin: 0.25rem 0; }
input, select { font-family: inherit; } ::placeholder { color: var(--soft); opacity: 1; } textarea { resize: vertical; }
.fields { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); }
button { font: 600 1rem/1 system-ui, sans-serif; padding: 0.75rem 1.25rem; margin: 0.5rem 0; border: 0; border-radius: 0.5rem; background: var(--accent); color: var(--ground); cursor: pointer; }
button:disabled { opacity: 0.6; cursor: progress; }
.credential { max-width: 34rem; padding: 1rem; border: 1px solid var(--line); border-radius: 0.625rem; background: var(--panel); }
#token-said { margin: 0; }
.answered:not(:empty) { margin-top: 0.5rem; padding: 0.25rem 1rem 0.75rem; border-left: 4px solid var(--line); }
.good { color: var(--post); font-weight: 600; } .bad { color: var(--delete); font-weight: 600; }
.refusals { margin: 0; padding: 0; list-style: none; font-size: 0.9rem; color: var(--soft); }
nav { padding: 0 1.25rem 1rem; font-size: 0.9rem; } nav h2 { font-size: 0.9rem; margin: 1.25rem 0 0.25rem; } nav h2 a { color: var(--text); text-decoration: none; }
nav ul { list-style: none; margin: 0; padding: 0; } nav li a { display: flex; align-items: baseline; padding: 0.25rem 0; color: var(--soft); text-decoration: none; }
nav li a:hover { color: var(--text); } nav .method { flex: none; width: 3.5rem; min-width: 0; font-size: 0.6875rem; }
.find { display: none; } .scripted .find { display: block; margin-top: 0.75rem; }
#contents > summary { font-weight: 600; margin: 0.5rem; border: 1px solid var(--line); border-radius: 0.5rem; }
@media (min-width: 60rem) {
  .columns { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
  #contents { position: sticky; top: 3.1rem; height: calc(100vh - 3.1rem); overflow-y: auto; border-right: 1px solid var(--line); }
  #contents > summary { display: none; }
  main { padding: 1rem 2.5rem 6rem; }
}
@media (max-width: 40rem) { .says { display: block; margin: 0.125rem 0 0; } }
`;

/** A ticket. */
export const API_PAGE_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0b6b3a" d="M3 8h26v6a2.5 2.5 0 0 0 0 5v5H3v-5a2.5 2.5 0 0 0 0-5z"/><path stroke="#fff" stroke-width="2" stroke-dasharray="2 2" d="M20 9v14"/></svg>`;

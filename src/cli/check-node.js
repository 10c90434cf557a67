// Runs before every command, as plain JavaScript: an older Node cannot read TypeScript, and would say only that it does not
// know the file's extension.

if (!process.features.typescript) {
  process.stderr.write(
    `This needs Node 22.18 or newer, and runs on ${process.version}. Install it from https://nodejs.org, or run\n` +
      "`npm ci --include=optional`, which puts Node 22 beside the project where its build is there for this machine\n" +
      "(Linux with glibc, macOS), and go through `npm run ...`.\n",
  );
  process.exit(1);
}

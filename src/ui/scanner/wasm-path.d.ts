// Declares what Vite makes of an import that ends with `?url`: the path of the built file.

declare module "zxing-wasm/reader/zxing_reader.wasm?url" {
  const path: string;
  export { path as default };
}

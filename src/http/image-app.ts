// Images alone, for an isolate that has loaded nothing else: a page that shows one waits for no more code than it takes.

import { newApp } from "./new-app.ts";
import { publicImages } from "./routes/public-images.ts";

export const imageApp = newApp([publicImages]);

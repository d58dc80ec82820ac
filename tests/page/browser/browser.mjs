// A browser on the page, and what is seen there.
import {execFileSync} from "node:child_process";
import fs from "node:fs";
import {createRequire} from "node:module";
import path from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.join(here, "../../../bench/page/package.json"));
const {chromium} = require("playwright-core");
export const folder = path.resolve(process.env.RELIEVO_PAGE_FOLDER);
const axe_source = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const fixture = () => JSON.parse(fs.readFileSync(path.join(here, "../report.json"), "utf8"));

// Writes the report's page beside its films.
export function write_page(report, name) {
  const json = path.join(folder, `${name}.json`);
  fs.writeFileSync(json, JSON.stringify(report));
  const html = path.join(folder, `${name}.html`);
  fs.writeFileSync(html, execFileSync(process.env.RELIEVO_PAGE_CLI, [json]));
  return pathToFileURL(html).href;
}

export const start_browser = () => chromium.launch({
  executablePath: process.env.RELIEVO_BROWSER,
  args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
});

// A page with what went wrong in it: errors of scripts, of the console, and requests for anything but files.
export async function open(browser, address, {width = 1280, height = 900, colours = "light"} = {}) {
  const page = await browser.newPage({viewport: {width, height}, colorScheme: colours});
  page.setDefaultTimeout(8000);
  const troubles = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) troubles.push(message.text()); });
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) troubles.push(`asked for ${request.url()}`); });
  await page.goto(address);
  return {page, troubles};
}

export async function serious_faults(page) {
  await page.evaluate(axe_source);
  const {violations} = await page.evaluate(() => axe.run(document, {resultTypes: ["violations"]}));
  return violations.filter(({impact}) => ["serious", "critical"].includes(impact))
    .map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 120)} (${node.any[0]?.message ?? ""})`).join(" | ")}`);
}

// Pixels of screenshots, read on a page of its own: the page under test may not read its films.
export async function start_eye(browser) {
  const page = await browser.newPage();
  return (png, points) => page.evaluate(async ([data, places]) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    context.drawImage(picture, 0, 0);
    return places.map(([x, y]) => [...context.getImageData(x * picture.width, y * picture.height, 1, 1).data.slice(0, 3)]);
  }, [png.toString("base64"), points]);
}

// The frame numbers that the bands of make_films tell at shares of the stage's width, in one screenshot.
export async function frames_seen(page, eye, columns = [0.25, 0.75]) {
  const png = await page.locator(".stage").screenshot({animations: "allow"});
  const rows = [0, 1, 2, 3, 4, 5, 6].map((bit) => (304 + 8 * bit + 4) / 360);
  const colours = await eye(png, columns.flatMap((x) => rows.map((y) => [x, y])));
  return columns.map((_, at) => rows.reduce((frame, _row, bit) => frame + (colours[at * 7 + bit][1] > 127 ? 2 ** bit : 0), 0));
}

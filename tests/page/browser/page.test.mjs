import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import {after, before, test} from "node:test";
import {fixture, folder, frames_seen, open, serious_faults, start_browser, start_eye, write_page} from "./browser.mjs";

let browser;
let eye;
let address;
let read_only;  // for tests that change nothing: opening a page takes longer than most of them

before(async () => {
  browser = await start_browser();
  eye = await start_eye(browser);
  address = write_page(fixture(), "index");
  read_only = await open(browser, address);
});
after(() => browser?.close());

const films_ready = (page) => page.waitForSelector(".stage[data-ready]");
const names_in_table = (page) => page.locator("#table tbody tr:not(.details)").evaluateAll((rows) => rows.map((row) => row.dataset.cell));
const ms_in_table = (page) => page.locator("#table tbody td.col-ms").allTextContents().then((texts) => texts.map((text) => Number(text.replace(/[^\d.]/g, ""))));
// Pictures for people, with RELIEVO_PAGE_PICTURES set.
const picture_of = async (page, name) => process.env.RELIEVO_PAGE_PICTURES && page.screenshot({path: path.join(folder, `${name}.png`), fullPage: true});
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

test("loads without an error and asks no network", async () => {
  const {page, troubles} = read_only;
  await films_ready(page);
  assert.equal(await page.locator("#charts canvas").count(), 3);
  assert.match(await page.locator("#context").textContent(), /Invented processor.*8 threads.*Invented GPU/);
  await picture_of(page, "light");
  assert.deepEqual(troubles, []);
});

test("keeps what a report's text says text", async () => {
  const {page} = read_only;
  assert.match(await page.title(), /^Relievo benchmark/);
  assert.match(await page.locator(".reason", {hasText: "signal 9"}).textContent(), /<\/script><script>/);
});

test("ranks by time and sorts by any column", async () => {
  const {page} = await open(browser, address);
  await page.selectOption("#sample", "meadow");
  const times = await ms_in_table(page);
  assert.equal(times.length, 6);
  assert.deepEqual(times, [...times].sort((a, b) => a - b));
  const sort = (key) => page.locator(`#table [data-sort="${key}"]`);
  await sort("ms").click();
  await sort("ms").click();
  assert.equal(await page.locator("th[aria-sort]").getAttribute("aria-sort"), "descending");
  assert.deepEqual(await ms_in_table(page), [...times].reverse());
  await sort("edges").focus();
  await page.keyboard.press("Enter");
  assert.equal((await names_in_table(page))[0], "depth/depth_pro/f16/cuda/meadow/3s");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.sort), "edges");
  await sort("name").click();
  const names = await names_in_table(page);
  assert.ok(names.slice(-3).every((name) => /base|depth_pro\/(f32|f16\/mps)/.test(name)), `unmeasured cells are not last: ${names}`);
  await page.close();
});

test("shows skipped and failed cells with the reason and the way to get them", async () => {
  const {page} = read_only;
  const row = (name) => page.locator(`tr[data-cell="${name}"]`);
  const skipped = row("depth/video_depth_anything:base/f16/cuda/meadow/3s");
  assert.match(await skipped.textContent(), /skipped.*weights are not here/);
  assert.equal(await skipped.locator("code").textContent(), "host models fetch video_depth_anything.depth:base");
  assert.match(await row("depth/depth_pro/f32/cpu/meadow/3s").textContent(), /failed.*signal 9.*log/);
  assert.equal(await page.locator("#counts").textContent(), "8 measured, 2 skipped, 1 failed");
});

test("opens a cell's details from the keyboard, with its parallax", async () => {
  const {page, troubles} = await open(browser, address);
  await page.locator("#kind").getByRole("radio", {name: "Stereo"}).check();
  const opener = page.locator(".opener").first();
  await opener.focus();
  await page.keyboard.press("Enter");
  assert.equal(await opener.getAttribute("aria-expanded"), "true");
  const details = page.locator("tr.details:not([hidden])");
  assert.match(await details.textContent(), /95th percentile.*Stages.*Parallax/);
  assert.equal(await details.locator("canvas").count(), 1);
  await picture_of(page, "stereo");
  assert.deepEqual(troubles, []);
  await page.close();
});

test("names who is best at what, and over how many samples", async () => {
  const {page} = read_only;
  const answers = await page.locator(".answer").allTextContents();
  assert.match(answers[0], /Fastest.*depth_anything_v2:small.*5\.37 ms a frame/);
  assert.match(answers[1], /Steadiest.*video_depth_anything:large/);
  assert.match(answers[2], /Sharpest edges.*depth_pro/);
  assert.match(answers[3], /Nearest to the truth.*video_depth_anything:small.*93\.1 %/);
  assert.match(await page.locator("#short-note").textContent(), /^Means over 2 samples; measured on fewer: .*depth_pro · f16 · cuda \(1\)/);
});

// In one composited picture, so what is compared is what a person sees at one moment.
async function assert_in_step(page, times, what) {
  const seen = [];
  for (let i = 0; i < times; ++i) {
    seen.push(await frames_seen(page, eye));
    await pause(60);
  }
  for (const [a, b] of seen) assert.ok(Math.abs(a - b) <= 1 || Math.abs(a - b) >= 70, `${what}: A shows ${a}, B ${b} of ${seen.join("; ")}`);
  return seen.map(([a]) => a);
}

test("plays two films in step, also after a seek, at half speed and round the end", async () => {
  const {page, troubles} = await open(browser, address);
  await films_ready(page);
  await page.locator(".stage").scrollIntoViewIfNeeded();
  const play = page.getByRole("button", {name: "Play or pause"});
  await play.click();
  await page.waitForFunction(() => Number(document.querySelector(".a video").dataset.frame) > 3);
  const playing = await assert_in_step(page, 6, "after play");
  assert.ok(new Set(playing).size > 2, `it does not move: ${playing}`);
  await page.locator(".scrub").fill("40");
  await page.waitForFunction(() => [...document.querySelectorAll(".film video")].every((film) => !film.paused));
  await assert_in_step(page, 3, "after a seek while playing");
  await page.selectOption("#film-speed", "0.5");
  await page.locator(".scrub").fill("10");
  await page.waitForFunction(() => [...document.querySelectorAll(".film video")].every((film) => !film.paused));
  await assert_in_step(page, 3, "at half speed");
  await page.selectOption("#film-speed", "1");
  await page.locator(".scrub").fill("66");
  await page.waitForFunction(() => Number(document.querySelector(".b video").dataset.frame) < 40);
  await assert_in_step(page, 3, "after the end");
  await play.click();
  await page.waitForFunction(() => [...document.querySelectorAll(".film video")].every((film) => film.paused && !film.seeking));
  await pause(150);
  const [a, b] = await frames_seen(page, eye);
  assert.equal(a, b);
  assert.deepEqual(troubles, []);
  await page.close();
});

test("brings a film that was thrown out of step back, and stops both when the system stops one", async () => {
  const {page} = await open(browser, address);
  await films_ready(page);
  await page.getByRole("button", {name: "Play or pause"}).click();
  const moving = () => page.waitForFunction(() => [...document.querySelectorAll(".film video")].every((film) => !film.paused && !film.seeking));
  await moving();
  for (const offset of [0.08, 0.6, -0.5]) {
    await page.evaluate((seconds) => { document.querySelector(".b video").currentTime += seconds; }, offset);
    await pause(900);
    await moving();
    await assert_in_step(page, 2, `after a push of ${offset} s`);
  }
  await page.evaluate(() => document.querySelector(".b video").pause());
  await page.waitForFunction(() => document.querySelector(".a video").paused);
  await page.close();
});

test("steps by frames with keys and shows exactly the frame that it names", async () => {
  const {page} = await open(browser, address);
  await films_ready(page);
  await page.locator(".scrub").fill("20");
  await page.getByRole("button", {name: "Play or pause"}).focus();
  for (const [key, frame] of [["ArrowRight", 21], [".", 22], ["ArrowLeft", 21], ["End", 71], ["Home", 0], [",", 0]]) {
    await page.keyboard.press(key);
    await page.waitForFunction((wanted) => [...document.querySelectorAll(".film video")].every((film) =>
      !film.seeking && Number(film.dataset.frame) === wanted), frame);
    await pause(80);
    assert.deepEqual(await frames_seen(page, eye), [frame, frame], key);
    assert.match(await page.locator(".place").textContent(), new RegExp(`^frame ${frame + 1} of 72`));
  }
  await page.close();
});

test("wipes between the films by pointer and keys", async () => {
  const {page} = await open(browser, address);
  await films_ready(page);
  const stage = page.locator(".stage");
  await stage.scrollIntoViewIfNeeded();
  const middle = async () => (await eye(await stage.screenshot(), [[0.5, 0.3]]))[0];
  const box = await stage.boundingBox();
  const drag_to = async (share) => page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
  await drag_to(0.9);
  const of_a = await middle();
  await drag_to(0.1);
  const of_b = await middle();
  assert.ok(of_a.some((value, at) => Math.abs(value - of_b[at]) > 24), `${of_a} and ${of_b} look alike`);
  await page.getByRole("button", {name: "Swap A and B"}).click();
  await page.waitForFunction(() => [...document.querySelectorAll(".film video")].every((film) => film.readyState >= 2 && !film.seeking));
  await pause(150);
  assert.ok((await middle()).every((value, at) => Math.abs(value - of_a[at]) < 12), "the films were not swapped");
  const wipe = page.getByRole("slider", {name: "Edge between the two films"});
  const before_keys = Number(await wipe.inputValue());
  await page.getByRole("button", {name: "Play or pause"}).focus();
  await page.keyboard.press("]");
  assert.equal(Number(await wipe.inputValue()), Math.round(2 * (before_keys + 5)) / 2);
  await page.keyboard.press("w");
  assert.equal(await stage.getAttribute("data-view"), "beside");
  assert.equal(await wipe.isVisible(), false);
  await page.close();
});

test("offers 3D films and anaglyphs of the cells that have them", async () => {
  const {page, troubles} = await open(browser, address);
  await films_ready(page);
  await page.locator(".player").getByRole("radio", {name: "Anaglyph", exact: true}).check();
  await page.waitForFunction(() => document.querySelector(".a video").currentSrc.endsWith("anaglyph.mp4"));
  assert.deepEqual(await page.locator("#film-a option").allTextContents(), ["video_depth_anything:small + surface · f16 · cuda",
    "motion_cues + forward · f32 · cpu", "motion_cues + surface · f32 · cpu"]);
  await page.locator(".player").getByRole("radio", {name: "3D pair", exact: true}).check();
  await page.waitForFunction(() => document.querySelector(".a video").videoWidth === 1280);
  await page.selectOption("#film-sample", "brook");
  await page.waitForFunction(() => document.querySelector(".a video").currentSrc.endsWith("depth.mp4"));
  assert.deepEqual(troubles, []);
  await page.close();
});

test("opens a contact sheet and closes it with Escape", async () => {
  const {page} = await open(browser, address);
  await page.locator(".gallery button").first().click();
  assert.equal(await page.locator("dialog[open] img").evaluate((image) => image.decode().then(() => image.naturalWidth)), 1440);
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({state: "detached"});
  await page.close();
});

test("says which film is not there", async () => {
  const report = fixture();
  report.cells[0].files.depth_video = "cells/gone \"#?%/depth.mp4";
  const {page} = await open(browser, write_page(report, "gone"));
  await page.selectOption("#film-a", "0");
  await page.waitForSelector(".a .film-trouble:not([hidden])");
  assert.match(await page.locator(".a .film-trouble").textContent(), /cannot play cells\/gone "#\?%\/depth\.mp4/);
  await page.getByRole("button", {name: "Play or pause"}).click();
  await page.waitForFunction(() => Number(document.querySelector(".b video").dataset.frame) > 3);
  await page.close();
});

test("scrolls a table of long names in its own place", async () => {
  const report = fixture();
  for (const cell of report.cells) cell.approach = `a_plugin_of_somebody_else:${cell.approach.replaceAll("_", "").repeat(2)}`;
  const {page} = await open(browser, write_page(report, "long"), {width: 768});
  for (const width of [768, 360]) {
    await page.setViewportSize({width, height: 740});
    // The chart learns of the new size a moment later than the page.
    await page.waitForFunction((wanted) => document.scrollingElement.scrollWidth === wanted, width, {timeout: 10000});
  }
  await page.close();
});

for (const width of [360, 768, 1280])
  test(`needs no scrolling sideways at ${width} px`, async () => {
    const {page} = await open(browser, address, {width, height: 740});
    await films_ready(page);
    for (const kind of ["Stereo", "Depth"]) {
      await page.locator("#kind").getByRole("radio", {name: kind, exact: true}).check();
      await page.locator(".opener").first().click();
      for (const summary of await page.locator("summary").all()) await summary.evaluate((element) => { element.parentElement.open = true; });
      const overflow = await page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, `${kind} is ${overflow} px too wide`);
      assert.equal(await page.locator("#table").evaluate((table) => table.scrollWidth - table.clientWidth), 0, "the table is too wide");
    }
    await picture_of(page, `width-${width}`);
    await page.close();
  });

for (const colours of ["light", "dark"])
  test(`has no serious accessibility fault when ${colours}`, async () => {
    const {page} = await open(browser, address, {colours});
    await films_ready(page);
    assert.equal(await page.locator("html").getAttribute("data-theme"), colours);
    await page.locator(".opener").first().click();
    for (const summary of await page.locator("summary").all()) await summary.evaluate((element) => { element.parentElement.open = true; });
    assert.deepEqual(await serious_faults(page), []);
    await page.locator("#kind").getByRole("radio", {name: "Stereo", exact: true}).check();
    await page.locator(".gallery button").first().click();
    assert.deepEqual(await serious_faults(page), []);
    await page.keyboard.press("Escape");
    await page.setViewportSize({width: 360, height: 740});
    assert.deepEqual(await serious_faults(page), []);
    if (colours === "dark") await picture_of(page, "dark-360");
    await page.close();
  });

test("changes between light and dark by its switch, charts too", async () => {
  const {page, troubles} = await open(browser, address, {colours: "light"});
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.locator("#theme").getByRole("radio", {name: "Dark", exact: true}).check();
  assert.notEqual(await paper(), light);
  await films_ready(page);
  await pause(400);
  await picture_of(page, "dark");
  await page.reload();
  assert.notEqual(await paper(), light, "the choice was forgotten");
  await page.locator("#theme").getByRole("radio", {name: "Auto", exact: true}).check();
  assert.equal(await paper(), light);
  assert.deepEqual(troubles, []);
  await page.close();
});

test("stands an empty report, and one in which everything is unknown", async () => {
  const bare = {relievo_bench: 1, cells: [{name: "depth/x", kind: "depth", approach: "x", sample: "s", status: "measured"},
    {name: "stereo/y", kind: "stereo", approach: "y", sample: "s", status: "failed", files: null, time: null, quality: null}]};
  for (const [name, report] of [["empty", {}], ["bare", bare]]) {
    const {page, troubles} = await open(browser, write_page(report, name), {width: 360});
    assert.match(await page.locator("#cells").textContent(), name === "empty" ? /There are no cells/ : /1 measured/);
    assert.match(await page.locator("#player").textContent(), /no films/);
    assert.deepEqual(await serious_faults(page), []);
    assert.deepEqual(troubles, []);
    await page.close();
  }
});

test("lies in one file that is small beside its films", () => {
  assert.ok(fs.statSync(path.join(folder, "index.html")).size < 512 * 1024);
});

// A QA person at the page of `rulec serve`: node page.mjs PUPPETEER CHROMIUM URL. Prints what was seen as JSON.
const [, , puppeteerPath, chromium, url] = process.argv;
const { default: puppeteer } = await import(puppeteerPath);

// No test reads the web, and a container's root has no sandbox of its own.
const browser = await puppeteer.launch({ executablePath: chromium, headless: true, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const seen = { problems: [] };
try {
  const page = await browser.newPage();
  page.on("console", (message) => seen.problems.push(message.text()));
  page.on("pageerror", (error) => seen.problems.push(error.message));
  page.on("requestfailed", (request) => seen.problems.push(`${request.url()}: ${request.failure().errorText}`));
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(url);
  await page.waitForSelector("#fields .field");
  const text = (selector) => page.$eval(selector, (node) => node.innerText);
  const texts = (selector) => page.$$eval(selector, (nodes) => nodes.map((node) => node.innerText.replace(/\s+/g, " ").trim()));
  // The control that a label of this name belongs to.
  const control = (name) => page.waitForSelector(`::-p-aria(${name})`);

  seen.offered = await texts("#fields .name");
  seen.empty = await (async () => {
    await page.click("#evaluate");
    await page.waitForSelector("#not-matching");
    return text("#verdict");
  })();

  await page.evaluate(() => [...document.querySelectorAll("label")].find((label) => label.innerText === "true").click());
  await (await control("media_type")).select("0");
  await page.evaluate(() => [...document.querySelectorAll(".chip")].find((chip) => chip.innerText === "German").click());
  seen.stale = await page.$eval("#stale", (node) => !node.hidden);
  await (await control("language")).type("en");
  // By the keyboard alone.
  await page.keyboard.down("Control");
  await page.keyboard.press("Enter");
  await page.keyboard.up("Control");
  await page.waitForSelector("#agents li");

  seen.rule = await text("#deciding-rule");
  seen.queue = await text("#deciding-queue");
  seen.why = await page.$$eval("#why .node", (nodes) => nodes.map((node) => [
    node.classList.contains("yes"),
    node.querySelector("code, .word").innerText,
    node.querySelector(".given")?.innerText ?? null,
  ]));
  seen.matching = await texts("#matching .title");
  await page.click("#matching summary");
  seen.whyMatching = await texts("#matching .tree code");
  seen.agents = await page.$$eval("#agents > li", (nodes) => nodes.map((node) => [".who", ".score", ".reasons"].map((one) => node.querySelector(one).innerText)));
  seen.facts = await texts(".facts dd");
  seen.status = await text("#status");
  seen.images = await page.$$eval("#output img, #output script", (nodes) => nodes.length);
  seen.title = await page.title();

  // The JSON of the form, and a form from JSON.
  await page.click("#as-json summary");
  seen.json = JSON.parse(await page.$eval("#json", (node) => node.value));
  await page.$eval("#json", (node) => { node.value = '{"language": "", "nope": 1}'; });
  await page.focus("#take");
  await page.keyboard.press("Enter");
  seen.complaint = await text("#json-problem");
  await page.click("#as-json summary");
  await page.click("#as-json summary");
  seen.filled = JSON.parse(await page.$eval("#json", (node) => node.value));

  // What a screen reader calls each control; what is nameless is listed.
  seen.nameless = await page.evaluate(() => [...document.querySelectorAll("input, select, textarea, button, summary")]
    .filter((node) => !(node.labels?.length || node.getAttribute("aria-label") || node.innerText.trim() || node.hidden))
    .map((node) => node.outerHTML));

  // Contrast of text on paper, and of edges of controls, in both schemes.
  seen.contrast = {};
  for (const value of ["light", "dark"]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
    seen.contrast[value] = await page.evaluate(() => {
      const probe = document.createElement("i");
      document.body.append(probe);
      const luminance = (name) => {
        probe.style.color = `var(--${name})`;
        const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map((part) => {
          const share = part / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ratio = (one, other) => {
        const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
        return (high + 0.05) / (low + 0.05);
      };
      const onPaper = ["ink", "quiet", "accent", "yes", "no", "warn"].flatMap((name) => [ratio(name, "paper"), ratio(name, "mark")]);
      const result = { text: Math.min(...onPaper, ratio("on-accent", "accent"), ratio("quiet", "field")), edges: ratio("edge", "field") };
      probe.remove();
      return result;
    });
  }
  await page.setViewport({ width: 360, height: 740 });
  seen.overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  seen.ok = true;
} catch (error) {
  seen.error = String(error.stack ?? error);
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));

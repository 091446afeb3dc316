// Every view of the UI, and how each is looked at.
import { axe, frames, overflow, settled } from "./browser.mjs";

export const VIEWS = [
  "/hom-nay",
  "/tong-quan",
  "/phat-hien",
  "/may-tinh",
  "/website",
  "/botnet",
  "/botnet/nhap",
  "/botnet/tra-cuu",
  "/canh-bao",
  "/canh-bao/cong-van",
  "/canh-bao/nguon",
  "/do-phu",
  "/chinh-sach",
  "/cap-nhat-noi-dung",
  "/su-co",
  "/su-co/moi",
  "/lich-truc",
  "/nghia-vu",
  "/nghia-vu/cho-duyet",
  "/nghia-vu/kha-nang",
  "/he-thong",
  "/bao-cao",
  "/bao-cao/kiem-tra-chu-ky",
  "/thong-bao",
  "/thong-bao?only=unread",
  "/chia-se",
  "/so-dang-ky",
  "/lich",
  "/co-quan",
  "/nguoi-dung",
  "/van-ban",
  "/nhap-du-lieu",
  "/nhat-ky",
];
// Pages of one thing, as the mock has them.
export const THINGS = [
  "/su-co/1",
  "/su-co/6",
  "/su-co/moi?finding=1003",
  "/lich-truc?unit=12&month=2027-01",
  "/bao-cao?make=incident-first&incident=1&of=8",
  "/nghia-vu?cell=16.KG-1.1a",
  "/nghia-vu?unit=12",
  "/bao-cao?owed=done&state=draft",
  "/bao-cao/7",
  "/bao-cao/7?edit=words",
  "/bao-cao/7?edit=issuer",
  "/bao-cao/7?figure=machines_infected",
  "/bao-cao/1",
  "/bao-cao/6",
  "/chia-se?units=never",
  "/chia-se/43",
  "/he-thong/2",
  "/he-thong/2/cap-do",
  "/he-thong/2/phuong-an",
  "/so-dang-ky/training_sessions?add=true",
  "/co-quan/16",
  "/co-quan/1?tab=devices",
  "/website/11",
  "/website/20",
  "/website/11/bang-chung/111",
  "/website/7/bang-chung/71",
  "/website?add=true",
  "/botnet/1",
  "/botnet/2",
  "/botnet?show=unknown",
  "/botnet/danh-sach/1",
  "/canh-bao/1",
  "/canh-bao/4?state=patched",
  "/canh-bao/cong-van/1",
  "/canh-bao/cong-van/2",
  "/chinh-sach/3",
  "/cap-nhat-noi-dung?version=13",
  "/phat-hien?group=rule",
  "/may-tinh?content=not_updated&unit=2",
  "/chinh-sach/1/sua",
  "/van-ban/2",
  "/van-ban/moi",
];
/** Pages of one thing are the mock's. */
export const viewsOf = (hub) => (hub.mock ? [...VIEWS, ...THINGS] : VIEWS);

const MOST_SHIFT = 0.05;

async function look(page, url) {
  await page.goto(url);
  await settled(page);
}

/** As a person goes who is there already: the view is drawn from nothing, the program is not loaded anew. */
export async function goWithin(page, path) {
  await page.evaluate(() => history.pushState(null, "", "/khong-co"));
  // What is no page has no heading.
  await page.waitForFunction(() => !document.querySelector("h1"));
  await page.evaluate((to) => {
    document.documentElement.dataset.theme = "light";
    window.__cls = 0;
    history.pushState(null, "", to);
  }, path);
  await settled(page);
}

/** Colours change at once. A sheet of the browser's own: the page's policy stays as it is. */
const withoutMotion = (page) =>
  page.evaluate(() => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets = [still];
  });

const COLOURS = ["color-contrast", "link-in-text-block"];

/**
 * What is wrong with each of these in both themes at this size, and at another width: as text, so that all is told at once.
 * The frame around every page is looked at once in each theme. `within`: by going on, not by loading each address.
 */
export async function walk({ page, hub, viewport, width, paths, within = false, inDark = () => true }) {
  const wrong = [];
  const framed = { light: true, dark: true };
  const check = async (path, theme, rules) => {
    for (const violation of await axe(page, { rules, framed: framed[theme] })) wrong.push(`${path} ${theme}: ${violation}`);
    framed[theme] = false;
  };
  if (within) await withoutMotion(page);
  for (const path of paths) {
    await page.setViewportSize(viewport);
    await (within ? goWithin(page, path) : look(page, hub.url + path));
    await check(path, "light");
    // Read after the long look of axe: what comes late has come.
    const shift = await page.evaluate(() => window.__cls);
    if (shift >= MOST_SHIFT) wrong.push(`${path}: CLS ${shift.toFixed(3)}`);
    // The other theme is the same page in other colours.
    if (inDark(path)) {
      if (!within) await withoutMotion(page);
      await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
      await check(path, "dark", COLOURS);
    }
    await page.setViewportSize({ width, height: 640 });
    await frames(page);
    const over = await overflow(page);
    if (over > 0) wrong.push(`${path}: ${over} px too wide at ${width}`);
  }
  return wrong;
}

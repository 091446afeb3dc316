// Two ways to use a page: with a mouse, and with nothing but a keyboard. Both offer the same acts.
const MOST_TABS = 250;
const MOST_ARROWS = 200;
const WHEEL = 400;

const isActive = (locator) => locator.evaluate((element) => element === document.activeElement).catch(() => false);

export class Mouse {
  constructor(page) {
    this.page = page;
  }

  async press(button) {
    await button.click();
  }

  async choose(radio) {
    await radio.check();
  }

  async write(field, text) {
    await field.fill(text);
  }

  async chooseFile(button, path) {
    const chooser = this.page.waitForEvent("filechooser");
    await button.click();
    await (await chooser).setFiles(path);
  }

  /** The cell is only drawn where it is in sight: the wheel brings it there. */
  async openCell(grid, cell) {
    await grid.hover();
    for (let turn = 0; turn < MOST_ARROWS && (await cell.count()) === 0; ++turn) {
      await this.page.mouse.wheel(WHEEL, 0);
      await this.page.waitForTimeout(50);
    }
    await cell.click();
  }
}

export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  async reach(target) {
    await target.waitFor();
    for (let tab = 0; tab < MOST_TABS; ++tab) {
      if (await isActive(target)) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`The keyboard does not reach ${target}`);
  }

  async press(button) {
    await this.reach(button);
    await this.page.keyboard.press("Enter");
  }

  /** A group of radios is one stop: the arrows go through it. */
  async choose(radio) {
    await radio.waitFor();
    const name = await radio.getAttribute("name");
    const group = () => this.page.evaluate((wanted) => document.activeElement?.getAttribute("name") === wanted, name);
    for (let tab = 0; tab < MOST_TABS && !(await group()); ++tab) await this.page.keyboard.press("Tab");
    if (!(await radio.isChecked())) await this.page.keyboard.press("Space");
    for (let arrow = 0; arrow < MOST_ARROWS && !(await radio.isChecked()); ++arrow) await this.page.keyboard.press("ArrowDown");
  }

  async write(field, text) {
    await this.reach(field);
    await this.page.keyboard.type(text);
  }

  async chooseFile(button, path) {
    // A form that is drawn anew takes the focus away: then the key is pressed again, as a person would.
    for (let press = 0; ; ++press) {
      await this.reach(button);
      const chooser = this.page.waitForEvent("filechooser", { timeout: 5_000 });
      await this.page.keyboard.press("Enter");
      const opened = await chooser.catch((late) => (press < 3 ? null : Promise.reject(late)));
      if (opened) return opened.setFiles(path);
    }
  }

  /** Arrows move the current cell of the grid, which is one stop of the tabulator. */
  async openCell(grid, cell) {
    await this.reach(grid);
    await this.page.keyboard.press("Home");
    for (let arrow = 0; arrow < MOST_ARROWS; ++arrow) {
      const current = await grid.getAttribute("aria-activedescendant");
      if ((await cell.count()) > 0 && (await cell.getAttribute("id")) === current) break;
      await this.page.keyboard.press("ArrowRight");
    }
    await this.page.keyboard.press("Enter");
  }
}

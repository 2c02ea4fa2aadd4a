import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import { reportHtml } from '../../src/report/html.ts';
import { chromiumPath, openPage, type Page } from './chromium.ts';
import { sampleReport } from './sample.ts';

const TITLE = `the HTML report in Chromium${chromiumPath === undefined ? ' (SKIPPED: install chromium)' : ''}`;

describe.skipIf(chromiumPath === undefined)(TITLE, () => {
  let directory: string;
  let page: Page;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-report-'));
    const path = join(directory, 'report.html');
    await writeFile(path, await reportHtml(nodeFiles, sampleReport()));
    page = await openPage(pathToFileURL(path).href);
  }, 60_000);

  afterAll(async () => {
    await page.close();
    await rm(directory, { recursive: true });
  }, 30_000);

  const shownCases = () =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll('.matrix tbody tr')].filter((row) => !row.hidden).map((row) => row.querySelector('th').textContent)`,
    );
  const type = (selector: string, text: string) =>
    page.evaluate(
      `{ const field = document.querySelector(${JSON.stringify(selector)}); field.value = ${JSON.stringify(text)}; field.dispatchEvent(new Event(field.localName === 'select' ? 'change' : 'input', { bubbles: true })); }`,
    );

  it('filters cases by text and result', async () => {
    await type('#case-filter', 'rsa virtual:2');
    expect(await shownCases()).toEqual(['rsa <old> & "wrong" root']);
    expect(
      await page.evaluate(
        `[...document.querySelectorAll('details.case')].filter((one) => !one.hidden).length`,
      ),
    ).toBe(1);
    expect(await page.evaluate(`document.getElementById('case-count').textContent`)).toBe(
      '1 of 5 cases shown',
    );
    await type('#case-filter', 'no such thing');
    expect(await page.evaluate(`document.getElementById('no-case').hidden`)).toBe(false);
    await type('#case-filter', '');
    await page.evaluate(`document.querySelector('input[value=passed]').click()`);
    expect(await shownCases()).not.toContain('ec, derived');
    await page.evaluate(`document.querySelector('input[value=passed]').click()`);
    expect(await shownCases()).toHaveLength(5);
  });

  it('filters a log by text and level', async () => {
    const lines = () =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll('#case-2-lines li')].filter((line) => !line.hidden).map((line) => line.textContent)`,
      );
    await type('#case-2 .log-level', 'E');
    expect(await lines()).toEqual([
      expect.stringContaining('mbedtls_ssl_handshake returned -0x2700'),
      expect.stringContaining('mbedtls_x509_crt_parse(certificate) returned -0x3C80'),
    ]);
    await type('#case-2 .log-level', 'EW');
    await type('#case-2 .log-filter', 'FLAGS');
    expect(await lines()).toEqual([expect.stringContaining('NOT_TRUSTED')]);
    expect(await page.evaluate(`document.querySelector('#case-2 .log-count').textContent`)).toBe(
      '1 of 13 lines',
    );
  });

  it('opens what the keyboard leads to', async () => {
    expect(await page.evaluate(`document.getElementById('case-1').open`)).toBe(false);
    await page.evaluate(`document.querySelector('.matrix a[href="#case-1"]').focus()`);
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
    await page.send('Input.dispatchKeyEvent', { type: 'keyDown', ...enter });
    await page.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    // The event comes in a task of its own, behind the key's.
    await page.evaluate(
      `new Promise((resolve) => { const look = () => document.getElementById('case-1').open ? resolve() : setTimeout(look, 5); look(); })`,
    );
    expect(await page.evaluate(`document.activeElement.closest('details').id`)).toBe('case-1');
  });

  it('has a name for everything that can be reached', async () => {
    const { nodes } = await page.send<{
      nodes: { ignored: boolean; role?: { value: string }; name?: { value: string } }[];
    }>('Accessibility.getFullAXTree');
    const controls = nodes.filter(
      ({ ignored, role }) =>
        !ignored &&
        ['searchbox', 'checkbox', 'combobox', 'link', 'region', 'table', 'DisclosureTriangle'].includes(
          role?.value ?? '',
        ),
    );
    expect(controls.length).toBeGreaterThan(20);
    expect(controls.filter(({ name, role }) => !name?.value && role?.value !== 'table')).toEqual([]);
    const names = nodes.map(({ name }) => name?.value);
    expect(names).toContain('Messages of the handshake: 14 messages in 510 ms');
  });

  it('leads a reader by landmarks whose names differ', async () => {
    const { nodes } = await page.send<{
      nodes: { ignored: boolean; role?: { value: string }; name?: { value: string } }[];
    }>('Accessibility.getFullAXTree');
    const named = (role: string) =>
      nodes.filter((node) => !node.ignored && node.role?.value === role).map(({ name }) => name?.value ?? '');
    expect([named('banner').length, named('main').length]).toEqual([1, 1]);
    expect(named('search')).toEqual(['Filter the cases']);
    const regions = named('region');
    expect(regions).toContain('Log of rsa <old> & "wrong" root');
    expect([...new Set(regions)]).toEqual(regions);
    expect(named('heading').slice(0, 1)).toEqual(['AWS IoT on every commit']);
  });

  it('leads the keyboard from the top to the bottom, and shows where it is', async () => {
    const tab = { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 };
    // Chromium goes on from where a link led last.
    await page.evaluate(`document.querySelector('.skip').focus()`);
    const stops: { place: string; outline: string }[] = [];
    while (stops.at(-1)?.place !== 'body' && stops.length < 200) {
      stops.push(
        await page.evaluate(`(() => {
          const one = document.activeElement;
          const part = one.closest('.skip, .filters, .matrix, details') ?? one;
          const { outlineStyle: outline } = getComputedStyle(one);
          return { place: part.id || part.classList[0] || part.localName, outline };
        })()`),
      );
      await page.send('Input.dispatchKeyEvent', { type: 'keyDown', ...tab });
      await page.send('Input.dispatchKeyEvent', { type: 'keyUp', ...tab });
    }
    expect(stops.pop()?.place).toBe('body');
    expect(stops.length).toBeGreaterThan(15);
    expect(stops.map(({ outline }) => outline).filter((outline) => outline !== 'solid')).toEqual([]);
    const places = stops.map(({ place }) => place);
    expect(places.filter((place, index) => place !== places[index - 1]).slice(0, 5)).toEqual([
      ...['skip', 'filters', 'scroll', 'matrix', 'case-1'],
    ]);
    expect(places.at(-1)).toBe('case-5');
  });

  it('cuts no text of a picture off', async () => {
    const cut = await page.evaluate<string[]>(`(() => {
      const cases = [...document.querySelectorAll('details.case')];
      const were = cases.map((one) => one.open);
      for (const one of cases) one.open = true;
      const texts = [...document.querySelectorAll('svg.chart text')].filter((text) => {
        const { x, width } = text.getBBox();
        return x < 0 || x + width > text.ownerSVGElement.viewBox.baseVal.width;
      });
      cases.forEach((one, index) => { one.open = were[index]; });
      return texts.map((text) => text.textContent);
    })()`);
    expect(cut).toEqual([]);
  });

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [360, 'light'],
    [360, 'dark'],
  ])('fits %d pixels, %s', async (width, scheme) => {
    await page.send('Emulation.setDeviceMetricsOverride', {
      width,
      height: 800,
      deviceScaleFactor: 1,
      mobile: width < 500,
    });
    await page.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(ground).toBe(scheme === 'dark' ? 'rgb(20, 23, 26)' : 'rgb(251, 251, 249)');
  });

  it('says nothing on the console, breaks no policy and asks for nothing elsewhere', () => {
    expect(page.seen('Log.entryAdded')).toEqual([]);
    expect(page.seen('Runtime.consoleAPICalled')).toEqual([]);
    expect(page.seen('Runtime.exceptionThrown')).toEqual([]);
    // Other issues are advice, which grows with the browser.
    const issues = page.seen('Audits.issueAdded').map(({ issue }) => (issue as { code: string }).code);
    expect(issues).not.toContain('ContentSecurityPolicyIssue');
    const urls = page
      .seen('Network.requestWillBeSent')
      .map(({ request }) => (request as { url: string }).url);
    expect(urls.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
    expect(urls.filter((url) => url.startsWith('file:'))).toHaveLength(1);
  });
});

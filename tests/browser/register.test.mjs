// The legal register through its pages alone, in a real Chromium: published lists are imported, and of their drafts a vendor
// that stays in the EEA and a vendor in the United States (DPF with clauses in reserve and a full assessment) go from red to
// green. The second one is out of a list that a company really published, where that list lies beside the project.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { args, assertAccessible, chromium, executablePath, start } from './support.mjs';

const day = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

const company = (name, country) => ({
  legal_name: name, registration_number: 'HRB 4711', registration_country: country, address: 'Main Street 1\n10115 Somewhere',
  parent: 'none', ultimate_parent_country: country, contact_kind: 'FUNCTION', contact_name: 'Privacy office',
  contact_email: 'privacy@vendor.example', dpo: 'none', representative: 'none',
});
const engagement = (country, service) => ({
  role: 'SUBPROCESSOR', category: 'INFRASTRUCTURE', service, purpose: 'Stores recordings', responsibilities: 'Keeps the files; nothing else',
  data_subjects: 'Callers', data_categories: 'Voice recordings', special: ['none'], criminal_data: 'no', ai: 'none',
  place_1: country, kind_1: 'STORAGE', remote_access: 'no', tier: '1', chain: 'NONE',
});

// Fills the form that posts to `action` as a person would, and sends it with one of its buttons.
async function send(page, action, values, button) {
  const form = page.locator(`form[action="${action}"]`).first();
  await form.waitFor();
  await form.evaluate((node) => node.querySelectorAll('details').forEach((part) => { part.open = true; }));
  for (const [name, value] of Object.entries(values)) {
    const field = form.locator(`[name="${name}"]`);
    assert.ok(await field.count(), `${action} has a field ${name}`);
    const kind = await field.first().evaluate((node) => (node.tagName === 'INPUT' ? node.type : node.tagName));
    if (kind === 'radio' || kind === 'checkbox') {
      for (const one of [value].flat()) await form.locator(`[name="${name}"][value="${one}"]`).check();
    } else if (kind === 'file') {
      await field.first().setInputFiles(value);
    } else if (kind === 'SELECT') {
      await field.first().selectOption(value);
    } else {
      await field.first().fill(value);
    }
  }
  const buttons = button ? form.locator(`button[value="${button}"]`) : form.locator('button:not([value^="add"])');
  await Promise.all([page.waitForEvent('load'), buttons.first().click()]);
  assert.equal(await page.locator('.error-summary').count(), 0, await page.locator('main').innerText());
}

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const OURS = at('../fixtures/import/nested.json');
const PUBLISHED = at('../../../shared/data/posthog-subprocessors.json');

const pdf = (text) => ({ name: 'agreement.pdf', mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.7 ${text}`) });

test('the legal register from red to green', { timeout: 300_000 }, async () => {
  const { base, stop } = await start();
  const browser = await chromium.launch({ executablePath, args });
  const complaints = [];
  const person = async (role) => {
    const page = await (await browser.newContext()).newPage();
    page.on('console', (m) => m.type() === 'error' && complaints.push(`${page.url()}: ${m.text()}`));
    page.on('pageerror', (e) => complaints.push(`${page.url()}: ${e.message}`));
    await page.goto(`${base}/staff/sign-in`);
    await page.locator(`form:has(input[name="login"][value="${role}@publisher.example"]) button`).click();
    await page.waitForURL(/\/staff$/);
    return page;
  };
  try {
    const [editor, approver, assessor] = [await person('legal-editor'), await person('legal-approver'), await person('security-assessor')];
    const open = async (page, path) => { await page.goto(base + path); await assertAccessible(page); };
    const red = async (path) => {
      await editor.goto(base + path);
      return editor.locator('.gates code').allInnerTexts();
    };
    const importList = async (file) => {
      await open(editor, '/staff/import');
      await send(editor, '/staff/import/preview', { file });
      await assertAccessible(editor);
      await send(editor, '/staff/import', {});
    };
    const vendor = async (slug, name, country, code, service) => {
      const path = `/staff/register/${slug}`;
      await open(editor, `${path}/company`);
      await send(editor, `${path}/company`, company(name, country));
      await open(editor, `${path}/edit`);
      // The list names more places; this vendor has one.
      for (const field of await editor.locator('.location-row:not(:first-of-type) [name]').all()) {
        if (await field.evaluate((one) => one.tagName === 'SELECT')) await field.selectOption(''); else await field.fill('');
      }
      await send(editor, `${path}/edit`, engagement(code, service));
      await open(editor, `${path}/contract`);
      const terms = await editor.locator('[name="flow_down"]').evaluateAll((all) => all.map((one) => one.value));
      await send(editor, `${path}/contract`, {
        entity_name: name, effective_on: day(-300), flow_down: terms, own_purpose: 'NONE', archived_copy_file: pdf(name), retrieved_on: day(-20),
      });
      await open(assessor, `${path}/security`);
      await send(assessor, `${path}/security`, { result: 'PASSED', assessed_on: day(-10), valid_to: day(300) });
      return path;
    };

    // Stays in the EEA: one note.
    await importList(OURS);
    const inside = await vendor('watchtower-gmbh', 'Watchtower GmbH', 'Germany', 'DE', 'Object Storage');
    assert.deepEqual(await red(inside), ['TIA_MISSING']);
    await open(editor, `${inside}/tia`);
    await send(editor, `${inside}/tia`, { tia_type: 'EEA_NOTE' });
    await assertAccessible(editor);
    await send(editor, `${inside}/tia/1/note`, {
      responsible: 'Privacy office', scope: 'All data of this engagement', is_compliant: 'yes', importer_contributed: 'yes',
      decision_reason: 'Nothing leaves the EEA, and nobody outside can reach it',
    }, 'hand-in');
    assert.deepEqual(await red(inside), ['TIA_NOT_APPROVED']);
    await open(approver, `${inside}/tia/1`);
    await send(approver, `${inside}/tia/1/approve`, {});
    assert.deepEqual(await red(inside), []);
    await assertAccessible(editor);

    // In the United States: the framework, with clauses and a full assessment behind it.
    const isThere = existsSync(PUBLISHED);
    if (isThere) await importList(PUBLISHED);
    const [slug, importer] = isThere ? ['planetscale-inc', 'PlanetScale Inc.'] : ['cloudharbour-inc', 'Cloudharbour, Inc.'];
    const outside = await vendor(slug, importer, 'United States', 'US', 'Transcription');
    assert.deepEqual(await red(outside), ['NO_VALID_MECHANISM', 'TIA_MISSING']);
    await open(editor, `${outside}/dpf/new`);
    await send(editor, `${outside}/dpf/new`, {
      entity: importer, checked_on: day(0), page_file: { ...pdf('the list as seen'), name: 'list.pdf' }, eu_us_status: 'ACTIVE', eu_us_covers_non_hr: 'yes',
    });
    await open(editor, `${outside}/scc`);
    await send(editor, `${outside}/scc`, { origins: ['EU', 'EEA_EFTA'], version: '2021', module: 'THREE' });
    await open(editor, `${outside}/scc/1`);
    const set = `${outside}/scc/1`;
    const form = editor.locator(`form[action="${set}"]`).first();
    const empty = await form.locator('input[type="text"], textarea').evaluateAll((all) => all.filter((one) => !one.value).map((one) => one.name));
    const sensitive = ['sensitive_data', 'sensitive_safeguards', 'archived_copy'];
    const specific = 'TLS 1.3 for every connection, AES-256 at rest, with keys that only the exporter holds and rotates.';
    const texts = Object.fromEntries(empty.filter((name) => !sensitive.includes(name)).map((name) => [name, name.startsWith('measure_') ? specific : 'As agreed between the parties']));
    for (const name of Object.keys(texts)) if (/^(listed_|incorporat|uk_|swiss)/.test(name)) delete texts[name];
    await send(editor, set, {
      ...texts, importer_name: importer, docking: 'yes', clause_9: 'GENERAL', clause_9_period: '30d', dispute_body: 'no',
      clause_13: 'ESTABLISHED', clause_17: 'CHOSEN', governing_law: 'Norway', forum: 'Norway', is_sensitive: 'no', frequency: 'CONTINUOUS',
    });
    await editor.goto(base + set);
    await send(editor, `${set}/complete`, {});
    await editor.goto(base + set);
    await send(editor, `${set}/sign`, { exporter_on: day(-30), importer_on: day(-29), in_force_on: day(-28) });
    await open(approver, set);
    await send(approver, `${set}/confirm`, {});
    await open(editor, `${outside}/transfer`);
    await send(editor, `${outside}/transfer`, {
      origins: ['EU', 'EEA_EFTA'], destination: 'United States', importer: importer, importer_subject: 'no',
      mechanism: 'DPF', dpf_non_hr_data: 'yes', fallback: '1',
    });
    assert.deepEqual(await red(outside), ['TIA_MISSING', 'FALLBACK_MISSING']);
    await open(editor, `${outside}/tia`);
    await send(editor, `${outside}/tia`, { tia_type: 'FULL_46', destinations: 'United States' });
    const step = async (name, values) => {
      await open(editor, `${outside}/tia/1/${name}`);
      await send(editor, `${outside}/tia/1/${name}`, values, 'next');
    };
    await step('checks', { responsible: 'Privacy office', scope: 'Speech, without onward transfers', is_compliant: 'yes' });
    await step('transfer', {
      importer_contributed: 'yes', recipient_type: 'private company', sector: 'software', transmission_channels: 'TLS over the internet',
      access_locations: 'United States', format: 'PLAINTEXT', volume: '20 hours a day', frequency: 'continuous', retention: 'none',
    });
    await step('tool', {});
    await open(editor, `${outside}/tia/1/law`);
    const laws = await editor.locator('[name^="law_US_"][name$="_reason"]').evaluateAll((all) => all.map((one) => one.name.replace('_reason', '')));
    assert.ok(laws.length >= 3, 'the laws of the country are there to be judged');
    await step('law', Object.fromEntries([
      ...laws.flatMap((law) => [[`${law}_applies`, 'MAYBE'], [`${law}_reason`, 'It may count as a provider']]),
      ['situation', 'III'], ['demonstration', 'Recordings are deleted after transcription, and nothing is kept that a law could reach.'],
    ]));
    await step('measures', {
      measure_text_1: 'Encryption with keys in Oslo', measure_kind_1: 'TECHNICAL', measure_gap_1: 'Production of stored data',
      measure_status_1: 'IMPLEMENTED', measure_evidence_1: 'Key ceremony of 2 November',
    });
    await step('conclusion', { outcome: 'ALLOWED_WITH_MEASURES', decision_reason: 'Nothing is kept that a law could reach', residual_risk: 'Low' });
    await open(editor, `${outside}/tia/1/review`);
    await send(editor, `${outside}/tia/1/review`, { customer_summary: 'Encrypted; keys stay in Oslo.' }, 'hand-in');
    assert.deepEqual(await red(outside), ['TIA_NOT_APPROVED', 'FALLBACK_MISSING']);
    await open(approver, `${outside}/tia/1`);
    await send(approver, `${outside}/tia/1/approve`, {});
    assert.deepEqual(await red(outside), []);

    for (const path of ['/staff/scc', '/staff/assessments', '/staff/countries', '/staff/adequacy', '/staff/triggers', '/staff/vendor-notices', '/staff/vendor-notices/new', '/staff/tasks']) await open(editor, path);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    stop();
  }
});

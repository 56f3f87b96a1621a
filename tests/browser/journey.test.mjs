// The main job in a real Chromium, once with scripts and once without: a change is handed in, approved by somebody else,
// sent; a customer acknowledges, another objects; activation is refused with every reason; time moves; the case is withdrawn;
// what is green goes live and the public list shows it. One accessibility check per page.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { args, assertAccessible, chromium, executablePath, program, start } from './support.mjs';

async function journey(javaScriptEnabled) {
  const { base, folder, stop } = await start();
  const browser = await chromium.launch({ executablePath, args });
  const complaints = [];
  const people = {};
  async function visitor() {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    page.on('console', (m) => m.type() === 'error' && !/status of 4(04|09|22)/.test(m.text()) && complaints.push(`${page.url()}: ${m.text()}`));
    page.on('pageerror', (e) => complaints.push(`${page.url()}: ${e.message}`));
    return page;
  }
  async function staff(role) {
    if (people[role]) return people[role];
    const page = await visitor();
    await page.goto(`${base}/staff/sign-in`);
    await page.locator(`form:has(input[name="login"][value="${role}@publisher.example"]) button`).click();
    await page.waitForURL(/\/staff$/);
    people[role] = page;
    return page;
  }
  async function accessible(page) {
    if (!javaScriptEnabled) return;
    await assertAccessible(page);
  }
  async function letterTo(address, subject) {
    const page = await visitor();
    for (let tries = 0; ; tries += 1) {
      await page.goto(`${base}/mailbox`);
      const row = page.locator('tr', { hasText: address }).filter({ hasText: subject }).first();
      if (await row.count()) { await row.locator('a').first().click(); break; }
      assert.ok(tries < 60, `no mail to ${address} about ${subject}`);
      await page.waitForTimeout(500);
    }
    const text = await page.locator('body').innerText();
    const link = text.match(/http:\/\/127\.0\.0\.1:\d+\/n\/[\w.~-]+/);
    assert.ok(link, 'the mail has a link to the notice');
    return { page, link: link[0] };
  }

  try {
    // The public list.
    const anybody = await visitor();
    await anybody.goto(`${base}/subprocessors`);
    for (const name of ['Amazon Web Services', 'Vercel', 'Convex', 'Clerk', 'Axiom', 'OpenAI', 'Anthropic', 'ElevenLabs', 'Brevo', 'Microsoft Clarity']) {
      assert.match(await anybody.locator('main').innerText(), new RegExp(name));
    }
    await accessible(anybody);

    // Hand in; the editor cannot approve.
    const editor = await staff('legal-editor');
    await accessible(editor);
    await editor.goto(`${base}/staff/changes`);
    await accessible(editor);
    await editor.getByRole('row', { name: /Kaleido/ }).getByRole('link').first().click();
    await accessible(editor);
    await editor.getByRole('button', { name: 'Hand in for review' }).click();
    await editor.getByText('Handed in').waitFor();
    const address = editor.url();
    assert.equal(await editor.getByRole('button', { name: /^Approve/ }).count(), 0);

    // Somebody else previews, approves and sends.
    const approver = await staff('legal-approver');
    await approver.goto(address);
    await approver.getByRole('link', { name: /Preview exactly/ }).click();
    assert.match(await approver.locator('pre').innerText(), /Kaleido Search GmbH/);
    await accessible(approver);
    await approver.goto(address);
    await approver.getByRole('button', { name: /^Approve for/ }).click();
    await approver.getByText('Approved for dispatch').waitFor();
    await approver.getByRole('button', { name: /^Send to/ }).click();
    await approver.getByText('On its way to').waitFor();

    // One customer acknowledges; a GET has changed nothing.
    const fjordbank = await letterTo('dpo@customer-01.example', 'Kaleido');
    await accessible(fjordbank.page);
    const contact = await visitor();
    await contact.goto(fjordbank.link);
    await contact.reload();
    await accessible(contact);
    await contact.getByRole('button', { name: 'I have read this notice' }).click();
    assert.match(await contact.locator('.error-summary').innerText(), /problem/);
    await contact.getByLabel('Your name').fill('Data protection office');
    await contact.getByRole('button', { name: 'I have read this notice' }).click();
    await contact.getByText('Acknowledged', { exact: false }).first().waitFor();

    // The page behind List-Help.
    await fjordbank.page.bringToFront();
    const contacts = (await fjordbank.page.locator('body').innerText()).match(/http:\/\/127\.0\.0\.1:\d+\/contacts\/[\w.~-]+/);
    assert.ok(contacts, 'the mail has a link to the contacts');
    await contact.goto(contacts[0]);
    await accessible(contact);

    // Another objects; the gate closes at once.
    const isar = await letterTo('dpo@customer-05.example', 'Kaleido');
    const objector = await visitor();
    await objector.goto(isar.link);
    await objector.getByRole('link', { name: 'Object to this' }).click();
    await accessible(objector);
    await objector.getByLabel('Location', { exact: true }).check();
    await objector.getByLabel('Your objection').fill('We need to know more about the storage in Hamburg.');
    await objector.getByLabel('Your name').fill('Data protection office');
    await objector.getByRole('button', { name: 'Send the objection' }).click();
    await objector.getByText('We have received your objection').waitFor();
    await accessible(objector);

    // Activation is refused with every reason.
    const operator = await staff('operator');
    await operator.goto(address);
    await accessible(operator);
    await operator.getByRole('button', { name: /activate for everybody/i }).click();
    const refusal = await operator.locator('main').innerText();
    assert.match(refusal, /NOTICE_WINDOW_OPEN/);
    assert.match(refusal, /OPEN_OBJECTION/);
    assert.match(refusal, /BEFORE_ANNOUNCED_DATE/);

    // Time moves to after the planned day; the objector is still closed, another customer opens.
    const clock = await visitor();
    for (let step = 0; step < 3; step += 1) {
      await clock.goto(`${base}/demo/clock`);
      await clock.getByRole('button', { name: '31 days on' }).click();
      await clock.waitForLoadState();
    }
    await accessible(clock);
    await operator.goto(address);
    const row = (name) => operator.getByRole('row', { name: new RegExp(name) });
    assert.match(await row('Isar Logistik').first().innerText(), /OPEN_OBJECTION/);
    assert.match(await row('Landkreis Musterau').first().innerText(), /SPECIFIC_AUTH_MISSING/);
    // The first contact of this one bounced; the next was written to by itself, and their window has ended too.
    assert.match(await operator.locator('main').innerText(), /next contact is written to/);
    assert.doesNotMatch(await row('Øresund').first().innerText(), /NOTICE_UNDELIVERED/);
    await row('Fjordbank').first().getByRole('button', { name: /Activate/ }).click();
    await operator.getByText('The decision is kept').waitFor();

    // The public list shows it by itself; the customer withdraws and opens too.
    await anybody.goto(`${base}/subprocessors`);
    assert.match(await anybody.locator('main').innerText(), /Kaleido Search GmbH/);
    await objector.getByLabel('Your name').fill('Data protection office');
    await objector.getByRole('button', { name: 'Withdraw the objection' }).click();
    await objector.getByText('Withdrawn').first().waitFor();
    await operator.goto(address);
    assert.doesNotMatch(await row('Isar Logistik').first().innerText(), /OPEN_OBJECTION/);

    assert.deepEqual(complaints, []);
    await browser.close();
    execFileSync(program, ['audit', 'verify'], { env: { ...process.env, DATABASE_URL: `sqlite://${join(folder, 'forenotice.db')}` } });
  } finally {
    await browser.close();
    stop();
  }
}

test('the main job with scripts on', { timeout: 300_000 }, () => journey(true));
test('the main job with scripts off', { timeout: 300_000 }, () => journey(false));

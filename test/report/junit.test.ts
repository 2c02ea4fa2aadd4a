import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { junitXml } from '../../src/report/junit.ts';
import { JUNIT_SCHEMAS, junitFaults } from '../support/junit-schema.ts';
import { caseReport, sampleReport } from './sample.ts';

const SAMPLE = sampleReport();
/** Any UTF-16, well-formed or not. */
const TEXT = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));

describe('junitXml', () => {
  it('counts, and says why', () => {
    const xml = junitXml(SAMPLE);
    expect(xml).toContain(
      '<testsuite name="AWS IoT on every commit" tests="5" failures="1" errors="1" skipped="1" time="24.300" timestamp="2026-03-02T09:30:00">',
    );
    expect(xml).toMatch(
      /<testcase name="rsa &lt;old&gt; &amp; &quot;wrong&quot; root"[^>]*>\s*<failure message="the verdict is fail, not pass" type="MBEDTLS_ERR_X509_CERT_VERIFY_FAILED">/,
    );
    expect(xml).toMatch(/<error message="port\/lost: .*" type="error">/);
    expect(xml).toContain('<skipped message="AWS_ENDPOINT is not set">');
    expect(xml).toContain(
      '<flakyFailure message="no verdict within 30 s: the endpoint went silent" type="attempt"/>',
    );
    expect(xml).toContain('[[ATTACHMENT|ec-derived/raw.log]]');
  });

  it('holds no character that XML has not', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const report = {
          ...SAMPLE,
          cases: [caseReport({ because: text, log: [{ timeMs: 0, text }] })],
        };
        expect(junitXml(report)).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/);
      }),
    );
  });

  it.skipIf(JUNIT_SCHEMAS.length === 0)('is valid by every schema that can be had', () => {
    expect(junitFaults(junitXml(SAMPLE))).toEqual([]);
    // Each of them would have noticed.
    const uncounted = junitXml(SAMPLE).replace(/(<testsuite [^>]*)tests="5"/, '$1');
    expect(junitFaults(uncounted)).toHaveLength(JUNIT_SCHEMAS.length);
  });

  it.skipIf(JUNIT_SCHEMAS.length === 0)('is valid whatever a board says', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const weird = caseReport({ name: `${text}.`, because: text, log: [{ timeMs: 0, text }] });
        expect(junitFaults(junitXml({ ...SAMPLE, name: text, cases: [weird] }))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Field } from '../../components/fields';
import { allZones, isZone, ownZone, zoneName } from '../zone';

/** The time zone: typed to search, the browser's own first. */
export function ZoneField(props: {
  value: string;
  problem?: string;
  trans: TranslationBundle;
  onChange: (zone: string) => void;
}): JSX.Element {
  const { value, problem, trans, onChange } = props;
  const list = React.useId();
  const zones = React.useMemo(allZones, []);
  const now = isZone(value) ? zoneName(value, Date.now()) : '';
  const help =
    value === ownZone()
      ? trans.__('%1 now; the zone of this browser.', now)
      : trans.__('%1 now.', now);
  return (
    <Field
      label={trans.__('Time zone')}
      problem={problem}
      help={now ? help : undefined}
    >
      {attributes => (
        <>
          <input
            {...attributes}
            type="text"
            list={list}
            spellCheck={false}
            value={value}
            onChange={event => onChange(event.target.value.trim())}
          />
          <datalist id={list}>
            {zones.map(zone => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { formatBytes, formatDuration, formatTime } from '../../core/format';
import type { IFileSystemRef, Known } from '../../tokens';
import {
  IDLE_WARNING,
  idleOf,
  imageOf,
  isKnown,
  map,
  priceOf,
  specOf,
  uptimeOf
} from '../facts';
import type { ISpaceFacts, IdleState } from '../facts';
import { dollars, hourlyPrice } from '../words';
import type { ISpaceActions } from './actions';
import { Fact } from './Fact';
import { SpaceIdentity } from './SpaceIdentity';

/** What {@link SpaceFacts} needs. */
export interface ISpaceFactsProps {
  facts: ISpaceFacts;
  /** Milliseconds since the epoch. */
  now: number;
  actions: ISpaceActions;
  trans: TranslationBundle;
  locale?: string;
}

/** Everything known of the space; what is not known says why. */
export function SpaceFacts(props: ISpaceFactsProps): JSX.Element {
  return (
    <dl className="jp-SageMakerStudio-SpaceFacts">
      <Machine {...props} />
      <Limits {...props} />
      <Costs {...props} />
      <SpaceIdentity {...props} />
    </dl>
  );
}

/** Image, disk and script. */
function Machine(props: ISpaceFactsProps): JSX.Element {
  const { facts, actions, trans, locale } = props;
  const spec = specOf(facts);
  const local = facts.local;
  return (
    <>
      <Fact
        name={trans.__('Image')}
        known={spec}
        trans={trans}
        onChange={() => actions.change('image')}
        render={value => {
          const image = imageOf(value);
          return image ? (
            <span title={image.arn}>
              {image.version
                ? trans.__('%1, version %2', image.name, image.version)
                : trans.__('%1, newest version', image.name)}
            </span>
          ) : (
            trans.__('SageMaker’s default')
          );
        }}
      />
      <Fact
        name={trans.__('Volume')}
        known={volumeOf(facts)}
        trans={trans}
        onChange={() => actions.change('volumeGb')}
        render={({ sizeGb, used }) => (
          <Volume sizeGb={sizeGb} used={used} trans={trans} locale={locale} />
        )}
      />
      {isKnown(local) && local.value.scratch && (
        <Fact
          name={trans.__('Local disk')}
          known={{ value: local.value.scratch }}
          trans={trans}
          render={({ path, totalBytes, usedBytes }) =>
            trans.__(
              '%1: %2 of %3 used; lost when the space stops',
              path,
              formatBytes(usedBytes, locale),
              formatBytes(totalBytes, locale)
            )
          }
        />
      )}
      <Fact
        name={trans.__('File systems')}
        known={facts.space}
        trans={trans}
        onChange={() => actions.change('fileSystems')}
        render={({ settings: { fileSystems } }) =>
          fileSystems.map(nameOf).join(', ') || trans.__('None attached')
        }
      />
      <Fact
        name={trans.__('Lifecycle script')}
        known={spec}
        trans={trans}
        onChange={() => actions.change('lifecycleConfigArn')}
        render={({ lifecycleConfigArn: arn }) =>
          arn ? (
            <>
              <span title={arn}>{arn.slice(arn.lastIndexOf('/') + 1)}</span>{' '}
              <button
                type="button"
                className="jp-SageMakerStudio-linkButton"
                onClick={actions.showLifecycleLog}
              >
                {trans.__('Log')}
              </button>
            </>
          ) : (
            trans.__('None')
          )
        }
      />
    </>
  );
}

/** Idle shutdown, and what keeps it away. */
function Limits(props: ISpaceFactsProps): JSX.Element {
  const { facts, now, actions, trans, locale } = props;
  const { local } = facts;
  const until =
    isKnown(local) && local.value.idle.keepAwakeUntil
      ? Date.parse(local.value.idle.keepAwakeUntil)
      : 0;
  return (
    <>
      <Fact
        name={trans.__('Idle time-out')}
        known={idleOf(facts)}
        trans={trans}
        onChange={() => actions.change('idleMinutes')}
        render={idle => (
          <Idle idle={idle} now={now} trans={trans} locale={locale} />
        )}
      />
      {until > now && (
        <Fact
          name={trans.__('Kept awake')}
          known={{ value: until }}
          trans={trans}
          render={() => (
            <>
              {trans.__(
                'until %1, for another %2',
                formatTime(new Date(until), locale),
                formatDuration(until - now, locale)
              )}{' '}
              <button
                type="button"
                className="jp-SageMakerStudio-linkButton"
                onClick={actions.endKeepAwake}
              >
                {trans.__('End')}
              </button>
            </>
          )}
        />
      )}
    </>
  );
}

function Idle(props: {
  idle: IdleState;
  now: number;
  trans: TranslationBundle;
  locale?: string;
}): JSX.Element {
  const { idle, now, trans, locale } = props;
  if (idle.kind === 'off') {
    return <>{trans.__('Off: SageMaker does not stop this space by itself')}</>;
  }
  const timeout = formatDuration(idle.timeoutMinutes * 60_000, locale);
  if (!isKnown(idle.endsAt)) {
    return (
      <>
        {timeout}{' '}
        <span className="jp-SageMakerStudio-Fact-unknown">
          {trans.__('(how much is left is not known: %1)', idle.endsAt.reason)}
        </span>
      </>
    );
  }
  const left = Math.max(0, idle.endsAt.value - now);
  return (
    <span
      className={
        left <= IDLE_WARNING ? 'jp-SageMakerStudio-warning' : undefined
      }
    >
      {trans.__('%1; %2 left', timeout, formatDuration(left, locale))}
    </span>
  );
}

/** How long it has been running, and what that costs. */
function Costs(props: ISpaceFactsProps): JSX.Element {
  const { facts, now, trans, locale } = props;
  const spec = specOf(facts);
  const type = isKnown(spec) ? spec.value.instanceType : undefined;
  const price = priceOf(
    facts.prices,
    type,
    trans.__('The price list has no price for this instance type here.')
  );
  const uptime = uptimeOf(facts, now);
  return (
    <>
      <Fact
        name={trans.__('Running for')}
        known={uptime}
        trans={trans}
        render={milliseconds =>
          milliseconds === null ? null : formatDuration(milliseconds, locale)
        }
      />
      <Fact
        name={trans.__('Price')}
        known={price}
        trans={trans}
        render={value => hourlyPrice(value, trans, locale)}
      />
      <Fact
        name={trans.__('Cost so far')}
        known={map(price, hourly =>
          map(uptime, (running): Known<number | null> => ({
            value: running === null ? null : (hourly * running) / 3_600_000
          }))
        )}
        trans={trans}
        render={cost =>
          cost === null ? null : (
            <span
              title={trans.__(
                'Since this start, without the volume and other services'
              )}
            >
              {trans.__('about %1', dollars(cost, locale))}
            </span>
          )
        }
      />
    </>
  );
}

/** The disk's use, where the machine tells; its size, where SageMaker does. */
function volumeOf(facts: ISpaceFacts): Known<{
  sizeGb?: number;
  used?: { usedBytes: number; totalBytes: number };
}> {
  const { space, local } = facts;
  const home = map(local, found => found.home);
  if (!isKnown(space) && !isKnown(home)) {
    return space;
  }
  return {
    value: {
      sizeGb: isKnown(space) ? space.value.settings.volumeGb : undefined,
      used: isKnown(home) ? home.value : undefined
    }
  };
}

function Volume(props: {
  sizeGb?: number;
  used?: { usedBytes: number; totalBytes: number };
  trans: TranslationBundle;
  locale?: string;
}): JSX.Element {
  const { sizeGb, used, trans, locale } = props;
  const size = sizeGb === undefined ? '' : trans.__('%1 GB', sizeGb);
  if (!used) {
    return <>{trans.__('%1; how much is used is not known', size)}</>;
  }
  const { usedBytes, totalBytes } = used;
  const words = trans.__(
    '%1 of %2 used',
    formatBytes(usedBytes, locale),
    formatBytes(totalBytes, locale)
  );
  return (
    <>
      {size ? trans.__('%1; %2', size, words) : words}
      <meter
        aria-label={trans.__('Use of the volume')}
        min={0}
        max={totalBytes}
        high={totalBytes * 0.9}
        value={usedBytes}
      />
    </>
  );
}

function nameOf(system: IFileSystemRef): string {
  return system.kind === 's3' ? system.uri : system.id;
}

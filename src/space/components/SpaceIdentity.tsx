import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from '../../components/CopyButton';
import type { ISpace, Known } from '../../tokens';
import { isKnown, map } from '../facts';
import type { ISpaceFacts } from '../facts';
import { Fact } from './Fact';

/** Where one is, and as whom. */
export function SpaceIdentity(props: {
  facts: ISpaceFacts;
  trans: TranslationBundle;
}): JSX.Element {
  const { facts, trans } = props;
  const { context, rules, space } = facts;
  const { fields } = context;
  const profile: Known<string> = isKnown(fields.userProfileName)
    ? fields.userProfileName
    : map(space, (found): Known<string> =>
        found.owner
          ? { value: found.owner }
          : {
              value: null,
              reason: trans.__('This space belongs to no user profile.')
            }
      );
  const role: Known<string> = isKnown(fields.executionRoleArn)
    ? fields.executionRoleArn
    : map(rules, (found): Known<string> =>
        found.executionRole
          ? { value: found.executionRole }
          : { value: null, reason: trans.__('None is set.') }
      );
  return (
    <>
      <Fact
        name={trans.__('Space')}
        known={space}
        trans={trans}
        render={found => (
          <Copied name={trans.__('Space')} value={found.name} trans={trans}>
            {sharingWords(found, trans)}
          </Copied>
        )}
      />
      <Fact
        name={trans.__('User profile')}
        known={profile}
        trans={trans}
        render={value => value}
      />
      <Fact<string>
        name={trans.__('Domain')}
        known={fields.domainId}
        trans={trans}
        render={value => (
          <Copied name={trans.__('Domain')} value={value} trans={trans} />
        )}
      />
      <Fact<string>
        name={trans.__('Region')}
        known={fields.region}
        trans={trans}
        render={value => value}
      />
      <Fact
        name={trans.__('Role')}
        known={role}
        trans={trans}
        render={value => (
          <Copied name={trans.__('Role')} value={value} trans={trans}>
            <span className="jp-SageMakerStudio-Fact-name">
              {value.slice(value.lastIndexOf('/') + 1)}
            </span>
          </Copied>
        )}
      />
    </>
  );
}

/** A value that can be copied whole, shown short. */
function Copied(props: {
  name: string;
  value: string;
  trans: TranslationBundle;
  children?: React.ReactNode;
}): JSX.Element {
  const { name, value, trans, children } = props;
  return (
    <span title={value}>
      {children ?? value}
      <CopyButton
        text={() => value}
        label={trans.__('Copy: %1', name)}
        trans={trans}
      />
    </span>
  );
}

function sharingWords(space: ISpace, trans: TranslationBundle): string {
  if (space.sharing === 'Shared') {
    return trans.__('%1 (shared)', space.name);
  }
  return space.owner
    ? trans.__('%1 (private, of %2)', space.name, space.owner)
    : trans.__('%1 (private)', space.name);
}

import * as React from 'react';

import { Checkbox } from '../../components/fields';
import type { IJobNetworkPart, Known } from '../../tokens';
import { idsOf } from '../options';
import type { IFormPartProps } from './ParametersField';
import { NotRead } from './TextOption';

/** Subnets or security groups of the VPC to tick, instead of typing their ids. */
export function IdPicker(
  props: IFormPartProps & {
    name: 'subnets' | 'securityGroupIds';
    known: Known<IJobNetworkPart[]> | undefined;
  }
): JSX.Element | null {
  const { model, name, known, trans } = props;
  if (!known || 'reason' in known) {
    return (
      <NotRead
        known={known}
        what={
          name === 'subnets'
            ? trans.__('the subnets')
            : trans.__('the security groups')
        }
        trans={trans}
      />
    );
  }
  const chosen = idsOf(model.form[name]);
  const set = (ids: ReadonlyArray<string>) =>
    model.update({ [name]: ids.join(', ') });
  return (
    <div className="jp-SageMakerStudio-IdPicker">
      {known.value.map(part => (
        <Checkbox
          key={part.id}
          label={[part.id, part.name, part.isPublic ? trans.__('public') : '']
            .filter(Boolean)
            .join(' · ')}
          isChecked={chosen.includes(part.id)}
          onChange={isChecked =>
            set(
              isChecked
                ? [...chosen, part.id]
                : chosen.filter(id => id !== part.id)
            )
          }
        />
      ))}
    </div>
  );
}

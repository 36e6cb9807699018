import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ProblemText } from '../../../components/fields';
import type { IPlan, IPlanRow } from '../plan';
import type { Proposal } from '../proposal';
import { settingLabels, settingWords } from '../settingWords';
import type { ISpaceDraft } from '../../../tokens';
import {
  FileSystemsControl,
  IdleControl,
  ImageControl,
  LifecycleControl,
  RepositoriesControl,
  TypeControl,
  VolumeControl
} from './controls';
import type { IControlProps } from './controls';

const FIELDS: {
  field: IPlanRow['field'];
  member: keyof ISpaceDraft;
  control: (props: IControlProps) => JSX.Element;
}[] = [
  { field: 'instanceType', member: 'instanceType', control: TypeControl },
  { field: 'image', member: 'image', control: ImageControl },
  { field: 'volume', member: 'volumeGb', control: VolumeControl },
  {
    field: 'lifecycle',
    member: 'lifecycleConfigArn',
    control: LifecycleControl
  },
  { field: 'idle', member: 'idleMinutes', control: IdleControl },
  {
    field: 'fileSystems',
    member: 'fileSystems',
    control: FileSystemsControl
  },
  {
    field: 'repositories',
    member: 'repositories',
    control: RepositoriesControl
  }
];

/** All that can be changed of a space: what is now, and what shall be. */
export function PlanForm(props: {
  proposal: Proposal;
  plan: IPlan;
  trans: TranslationBundle;
  locale?: string;
}): JSX.Element {
  const { proposal, plan, trans, locale } = props;
  const words = { trans, locale };
  const labels = settingLabels(trans);
  const now = settingWords(plan.before, proposal.choosable, words);
  const id = React.useId();
  const table = React.useRef<HTMLTableElement>(null);
  React.useEffect(() => {
    focusWanted(table.current);
  }, []);
  return (
    <table className="jp-SageMakerStudio-Plan-rows" ref={table}>
      <thead>
        <tr>
          <th scope="col">{trans.__('Setting')}</th>
          <th scope="col">{trans.__('Now')}</th>
          <th scope="col">{trans.__('Then')}</th>
        </tr>
      </thead>
      <tbody>
        {FIELDS.map(({ field, member, control: Control }) => {
          const row = plan.rows.find(each => each.field === field);
          const labelId = `${id}-${field}`;
          const noteId = `${labelId}-note`;
          return (
            <tr
              key={field}
              className={row ? 'jp-mod-changed' : undefined}
              data-focus={proposal.focus === member || undefined}
            >
              <th scope="row" id={labelId}>
                {labels[field]}
              </th>
              <td>{now[field]}</td>
              <td>
                <Control
                  proposal={proposal}
                  plan={plan}
                  labelId={labelId}
                  describedBy={row?.note || row?.problem ? noteId : undefined}
                  isInvalid={row?.problem !== undefined}
                  trans={trans}
                />
                <div id={noteId}>
                  {row?.note && (
                    <p className="jp-SageMakerStudio-Plan-quiet">{row.note}</p>
                  )}
                  <ProblemText problem={row?.problem} />
                </div>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Only those who came to change something are led to its field; else *Cancel* has the focus. */
export function focusWanted(node: HTMLElement | null): void {
  node?.querySelector<HTMLElement>('[data-focus] :is(input, select)')?.focus();
}

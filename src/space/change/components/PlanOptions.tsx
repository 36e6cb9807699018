import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Checkbox, Field } from '../../../components/fields';
import { stopsApp } from '../plan';
import type { Proposal } from '../proposal';

/** What can be chosen of how a plan is carried out. */
export function PlanOptions(props: {
  proposal: Proposal;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { proposal, trans } = props;
  const { plan, executor, choices, facts } = proposal;
  if (!plan || !executor || !stopsApp(plan)) {
    return null;
  }
  const isBusy = facts.kernels?.value?.some(kernel => kernel.isBusy) ?? false;
  return (
    <div className="jp-SageMakerStudio-Plan-options">
      {proposal.isOwn && facts.documents.length > 0 && (
        <Checkbox
          label={trans.__('Save all documents first')}
          isChecked={choices.saveAll}
          onChange={saveAll => proposal.choose({ saveAll })}
        />
      )}
      {proposal.isOwn && (isBusy || choices.waitForCells) && (
        <Checkbox
          label={trans.__('When my running cells finish')}
          help={executor.cannotWait}
          isChecked={choices.waitForCells && !executor.cannotWait}
          isDisabled={executor.cannotWait !== undefined}
          onChange={waitForCells => proposal.choose({ waitForCells })}
        />
      )}
      {plan.draft.instanceType && executor.cannotFallBack === undefined && (
        <Fallbacks proposal={proposal} trans={trans} />
      )}
    </div>
  );
}

function Fallbacks(props: {
  proposal: Proposal;
  trans: TranslationBundle;
}): JSX.Element {
  const { proposal, trans } = props;
  const { plan, choices, facts } = proposal;
  const [text, setText] = React.useState(choices.fallbacks.join(', '));
  const unknown = choices.fallbacks.filter(
    type => facts.types && !facts.types.includes(type)
  );
  return (
    <Field
      label={trans.__('If it can’t be had, try in this order')}
      help={trans.__(
        'Types with commas between them; at last %1 is started again.',
        plan?.former.instanceType ?? trans.__('the former type')
      )}
      problem={
        unknown.length > 0
          ? trans.__('SageMaker names no such type: %1', unknown.join(', '))
          : undefined
      }
    >
      {attributes => (
        <input
          {...attributes}
          type="text"
          spellCheck={false}
          placeholder={proposal.alternative}
          value={text}
          onChange={event => {
            setText(event.target.value);
            proposal.choose({ fallbacks: parseTypes(event.target.value) });
          }}
        />
      )}
    </Field>
  );
}

/** Instance types out of what was typed. */
function parseTypes(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

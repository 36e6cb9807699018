import * as React from 'react';

import { FoldedSection } from '../../components/FoldedSection';
import { sourceWords } from '../settingSource';
import { scriptsSummary } from '../summaries';
import { hasProblem } from './OptionSections';
import type { IFormPartProps } from './ParametersField';
import { NotRead, TextOption } from './TextOption';

/** Scripts that run before the notebook. */
export function ScriptsSection(
  props: IFormPartProps & {
    /** Lets the person choose files; resolves with their paths. */
    chooseFiles: () => Promise<ReadonlyArray<string>>;
  }
): JSX.Element {
  const { model, trans, chooseFiles } = props;
  const { form, problems, choices, job } = model;
  const scripts = choices.surroundings?.startupScripts;
  const lost = job?.initScriptName && !form.initScriptPath;
  return (
    <FoldedSection
      title={trans.__('Scripts')}
      summary={scriptsSummary(form, trans)}
      hasProblem={hasProblem(problems, 'startupScriptArn', 'initScriptPath')}
    >
      {form.snapshotUri ? (
        <p className="jp-SageMakerStudio-Field-help">
          {trans.__('The scripts of the job’s own copy are run.')}
        </p>
      ) : (
        <>
          <TextOption
            {...props}
            name="startupScriptArn"
            label={trans.__('Start-up script')}
            placeholder={trans.__('None')}
            suggestions={
              scripts && !('reason' in scripts)
                ? scripts.value.map(({ arn, name, source }) => ({
                    value: arn,
                    label: trans.__(
                      '%1 · set for %2',
                      name,
                      sourceWords(source, trans)
                    )
                  }))
                : undefined
            }
            help={trans.__(
              'A lifecycle configuration of Studio, by its ARN. It runs first, in a shell of its own; its content is copied when the job is submitted.'
            )}
          />
          <NotRead
            known={scripts}
            what={trans.__('the lifecycle configurations')}
            trans={trans}
          />
          <TextOption
            {...props}
            name="initScriptPath"
            label={trans.__('Initialization script')}
            placeholder={trans.__('None')}
            help={
              lost
                ? trans.__(
                    'The job ran “%1”: choose it again. It is sourced in the shell of the notebook.',
                    job.initScriptName ?? ''
                  )
                : trans.__(
                    'A shell script of this JupyterLab, sourced in the shell of the notebook, after the start-up script.'
                  )
            }
          />
          <button
            type="button"
            className="jp-mod-styled jp-mod-reject"
            onClick={() =>
              void chooseFiles().then(([path]) => {
                if (path !== undefined) {
                  model.update({ initScriptPath: path });
                }
              })
            }
          >
            {trans.__('Choose the script…')}
          </button>
        </>
      )}
    </FoldedSection>
  );
}

import * as React from 'react';

import { ErrorCard } from '../../components/ErrorCard';
import { ProgressBar } from '../../components/ProgressBar';
import { progressText } from '../../components/taskNotification';
import { latest } from '../../core/loadable';
import { fractionOf } from '../submissions';
import { DurationControl } from './DurationControl';
import { EnvironmentField } from './EnvironmentField';
import { FilesField } from './FilesField';
import {
  CapacitySection,
  ImageSection,
  NetworkSection,
  StorageSection
} from './OptionSections';
import { ParametersField } from './ParametersField';
import type { IFormPartProps } from './ParametersField';
import { PreflightSection } from './PreflightSection';
import { ScriptsSection } from './ScriptsSection';
import { TagsSection } from './TagsSection';
import { Checkbox, Field } from '../../components/fields';

/** What a {@link JobForm} needs. */
export interface IJobFormProps extends IFormPartProps {
  locale?: string;
  chooseFiles: () => Promise<ReadonlyArray<string>>;
}

/** The form for one job. */
export function JobForm(props: IJobFormProps): JSX.Element {
  const { model, trans, chooseFiles } = props;
  const { notebook } = model;
  const isReading = !latest(notebook) && notebook.phase !== 'failed';
  return (
    <form
      className="jp-SageMakerStudio-JobForm"
      aria-label={trans.__('Run %1 as a job', model.notebookPath)}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void model.submit();
      }}
    >
      <h2>{trans.__('Run a notebook as a job')}</h2>
      <p className="jp-SageMakerStudio-JobForm-path">
        <code>{model.notebookPath}</code>
      </p>
      {isReading && <ProgressBar label={trans.__('Reading the notebook')} />}
      {notebook.phase === 'failed' && (
        <ErrorCard
          error={notebook.error}
          trans={trans}
          title={trans.__('The notebook can’t be read')}
          onRetry={() => void model.readNotebook()}
        />
      )}
      {model.parts.failure && (
        <ErrorCard
          error={model.parts.failure}
          trans={trans}
          title={trans.__('A part of this form did not load')}
        />
      )}
      <fieldset
        className="jp-SageMakerStudio-JobForm-fields"
        disabled={model.isSubmitting}
      >
        <Beginning {...props} />
        <Basics {...props} />
        {model.parts.get('when')?.render()}
        <ParametersField model={model} trans={trans} />
        {model.parts.get('sweep')?.render()}
        <EnvironmentField model={model} trans={trans} />
        {!model.form.snapshotUri && (
          <FilesField model={model} trans={trans} chooseFiles={chooseFiles} />
        )}
        <Outputs {...props} />
        <Limits {...props} />
        <ImageSection model={model} trans={trans} />
        <StorageSection model={model} trans={trans} />
        <NetworkSection model={model} trans={trans} />
        <CapacitySection model={model} trans={trans} />
        <ScriptsSection model={model} trans={trans} chooseFiles={chooseFiles} />
        <TagsSection model={model} trans={trans} />
        <PreflightSection model={model} trans={trans} />
      </fieldset>
      <Footer {...props} />
    </form>
  );
}

/** What the form was filled with, and the way back. */
function Beginning(props: IJobFormProps): JSX.Element | null {
  const { model, trans, locale } = props;
  const { job, lastChoices } = model;
  if (job) {
    return (
      <div className="jp-SageMakerStudio-JobForm-beginning">
        <p>{trans.__('Filled in as in the job “%1”.', job.displayName)}</p>
        {job.inputUri && job.notebookName && (
          <Checkbox
            label={trans.__('Run the job’s own copy of “%1”', job.notebookName)}
            isChecked={model.form.snapshotUri !== ''}
            isDisabled={model.usesCopyOnly}
            help={trans.__(
              'The notebook and its files as the job got them, which lie in S3. Otherwise the notebook is copied as it is now.'
            )}
            onChange={isChecked => void model.useCopy(isChecked)}
          />
        )}
      </div>
    );
  }
  return lastChoices ? (
    <div className="jp-SageMakerStudio-JobForm-beginning">
      <p>
        {trans.__(
          'Filled in as you last ran this notebook, on %1.',
          lastChoices.toLocaleString(locale)
        )}{' '}
        <button
          type="button"
          className="jp-mod-styled jp-mod-reject"
          onClick={() => void model.startFromDefaults()}
        >
          {trans.__('Start from the defaults')}
        </button>
      </p>
    </div>
  ) : null;
}

function Basics(props: IJobFormProps): JSX.Element {
  const { model, trans } = props;
  const { form, problems, kernels, instanceTypes } = model;
  const listId = React.useId();
  return (
    <fieldset className="jp-SageMakerStudio-FormSection">
      <legend>{trans.__('Job')}</legend>
      <Field label={trans.__('Name')} problem={problems.displayName}>
        {attributes => (
          <input
            {...attributes}
            type="text"
            value={form.displayName}
            onChange={event =>
              model.update({ displayName: event.target.value })
            }
          />
        )}
      </Field>
      <Field label={trans.__('Kernel')} problem={problems.kernelName}>
        {attributes =>
          form.imageUri ? (
            <input
              {...attributes}
              type="text"
              spellCheck={false}
              value={form.kernelName}
              onChange={event =>
                model.update({ kernelName: event.target.value })
              }
            />
          ) : (
            <select
              {...attributes}
              value={form.kernelName}
              onChange={event =>
                model.update({ kernelName: event.target.value })
              }
            >
              {!kernels?.some(kernel => kernel.name === form.kernelName) && (
                <option value={form.kernelName}>
                  {form.kernelName || trans.__('Choose a kernel')}
                </option>
              )}
              {kernels?.map(kernel => (
                <option key={kernel.name} value={kernel.name}>
                  {kernel.displayName}
                </option>
              ))}
            </select>
          )
        }
      </Field>
      <Field
        label={trans.__('Instance type')}
        problem={problems.instanceType}
        help={trans.__(
          'Type to search, e.g. “g5”. You pay while the job runs.'
        )}
      >
        {attributes => (
          <>
            <input
              {...attributes}
              type="text"
              list={listId}
              spellCheck={false}
              value={form.instanceType}
              onChange={event =>
                model.update({ instanceType: event.target.value })
              }
            />
            <datalist id={listId}>
              {instanceTypes?.map(type => (
                <option key={type} value={type} />
              ))}
            </datalist>
          </>
        )}
      </Field>
    </fieldset>
  );
}

function Outputs(props: IJobFormProps): JSX.Element {
  const { model, trans } = props;
  const { outputFormats } = model.form;
  const others = outputFormats.filter(format => format !== 'html');
  return (
    <fieldset className="jp-SageMakerStudio-FormSection">
      <legend>{trans.__('Output')}</legend>
      <Checkbox label={trans.__('Notebook')} isChecked isDisabled />
      <Checkbox
        label={trans.__('HTML')}
        isChecked={outputFormats.includes('html')}
        onChange={isChecked =>
          model.update({
            outputFormats: isChecked ? [...others, 'html'] : others
          })
        }
      />
    </fieldset>
  );
}

function Limits(props: IJobFormProps): JSX.Element {
  const { model, trans } = props;
  const { form, problems } = model;
  return (
    <fieldset className="jp-SageMakerStudio-FormSection">
      <legend>{trans.__('Limits')}</legend>
      <Field
        label={trans.__('Time-out')}
        problem={problems.timeout}
        help={trans.__('Each attempt is stopped after this time.')}
      >
        {attributes => (
          <DurationControl
            attributes={attributes}
            value={form.timeout}
            unit={form.timeoutUnit}
            unitLabel={trans.__('Unit of the time-out')}
            onValue={timeout => model.update({ timeout })}
            onUnit={timeoutUnit => model.update({ timeoutUnit })}
            trans={trans}
          />
        )}
      </Field>
      <Field
        label={trans.__('Retries')}
        problem={problems.retries}
        help={trans.__(
          'After a fault of the service only; a notebook that fails is not run again.'
        )}
      >
        {attributes => (
          <input
            {...attributes}
            type="number"
            min={0}
            max={30}
            step={1}
            value={form.retries}
            onChange={event => model.update({ retries: event.target.value })}
          />
        )}
      </Field>
    </fieldset>
  );
}

function Footer(props: IJobFormProps): JSX.Element {
  const { model, trans, locale } = props;
  const { blocked, submission } = model;
  const { outcome, task, isSubmitting } = submission;
  const id = React.useId();
  return (
    <div className="jp-SageMakerStudio-JobForm-footer">
      {outcome?.kind === 'failed' && (
        <ErrorCard
          error={outcome.error}
          trans={trans}
          title={
            model.parts.active?.failureTitle ??
            trans.__('The job was not submitted')
          }
          onRetry={() => void model.submit()}
        />
      )}
      {outcome?.kind === 'cancelled' && (
        <p role="status">
          {trans.__(
            'The submission was cancelled; no job was made, and the files already staged were removed.'
          )}
        </p>
      )}
      {isSubmitting && (
        <ProgressBar
          label={trans.__('Submitting the job')}
          value={task && fractionOf(task)}
          text={
            task ? progressText(task, trans, locale) : trans.__('Checking…')
          }
        />
      )}
      <button
        type="submit"
        className="jp-mod-styled jp-mod-accept"
        disabled={blocked !== null}
        aria-describedby={blocked ? id : undefined}
      >
        {model.parts.active?.submitLabel ?? trans.__('Submit')}
      </button>
      {task && (
        <button
          type="button"
          className="jp-mod-styled jp-mod-reject"
          onClick={() => model.cancel()}
        >
          {trans.__('Cancel')}
        </button>
      )}
      {blocked && !isSubmitting && (
        <p id={id} className="jp-SageMakerStudio-Field-problem">
          {blocked}
        </p>
      )}
    </div>
  );
}

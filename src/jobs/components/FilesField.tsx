import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../../components/IconButton';
import type { IFormPartProps } from './ParametersField';
import { Checkbox, ProblemText } from '../../components/fields';

/** The files a job gets besides its notebook. */
export function FilesField(
  props: IFormPartProps & {
    /** Lets the person choose files; resolves with their paths. */
    chooseFiles: () => Promise<ReadonlyArray<string>>;
  }
): JSX.Element {
  const { model, trans, chooseFiles } = props;
  const { extraFiles, packageFolder } = model.form;
  return (
    <fieldset className="jp-SageMakerStudio-FormSection">
      <legend>{trans.__('Files')}</legend>
      <Checkbox
        label={trans.__('Take along the notebook’s folder')}
        isChecked={packageFolder}
        help={trans.__(
          'Everything in it and below it that is not hidden. The job finds the files beside the notebook.'
        )}
        onChange={isChecked => model.update({ packageFolder: isChecked })}
      />
      {extraFiles.length > 0 && (
        <ul
          className="jp-SageMakerStudio-Files"
          aria-label={trans.__('Extra files')}
        >
          {extraFiles.map(path => (
            <li key={path}>
              <code>{path}</code>
              <IconButton
                icon={closeIcon}
                label={trans.__('Remove %1', path)}
                onClick={() => model.removeFile(path)}
              />
            </li>
          ))}
        </ul>
      )}
      <ProblemText problem={model.problems.extraFiles} />
      <button
        type="button"
        className="jp-mod-styled jp-mod-reject"
        onClick={() => void chooseFiles().then(paths => model.addFiles(paths))}
      >
        {trans.__('Add files…')}
      </button>
    </fieldset>
  );
}

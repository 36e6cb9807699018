import { ReactWidget } from '@jupyterlab/apputils';
import type { Dialog } from '@jupyterlab/apputils';

/** A dialog's body whose value is what the person has chosen. */
export class DialogBody<T>
  extends ReactWidget
  implements Dialog.IBodyWidget<T>
{
  constructor(
    private _value: T,
    private readonly _render: (set: (value: T) => void) => JSX.Element
  ) {
    super();
  }

  getValue(): T {
    return this._value;
  }

  protected render(): JSX.Element {
    return this._render(value => {
      this._value = value;
    });
  }
}

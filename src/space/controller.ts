import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { showStudioError } from '../components/showStudioError';
import { StudioError, toStudioError } from '../core/errors';
import { formatDuration } from '../core/format';
import type {
  ILocalSpaceApi,
  ISpaceChanges,
  ISpaceDraft,
  ISpaceImage,
  ISpacesApi
} from '../tokens';
import type { LabFacts } from './change/facts';
import type { ISpaceActions } from './components/actions';
import {
  askKeepAwake,
  askRestartJupyter,
  confirmRemoveSpace,
  showLog
} from './dialogs';
import { isKnown, priceOf, specOf } from './facts';
import type { CachedInstances } from './instances';
import type { InstanceFacts } from './instanceTypes';
import type { SpaceModel } from './model';
import { askNewSpace } from './newSpace';
import { restartJupyter } from './restartJupyter';
import type { SpaceSettings } from './settings';
import type { SpacesModel } from './spacesModel';
import { hourlyPrice } from './words';

/** What a new space starts with where nothing else is said. */
const FIRST_TYPE = 'ml.t3.medium';

/** Carries out what is asked for in the views of spaces, and says what went wrong. */
export class SpaceController implements ISpaceActions {
  constructor(private readonly _options: SpaceController.IOptions) {}

  readonly change = (focus?: keyof ISpaceDraft, spaceName?: string) =>
    this._options.changes.propose(undefined, spaceName, focus);

  readonly switchTo = (instanceType: string) =>
    this._options.changes.propose({ instanceType }, undefined, 'instanceType');

  readonly discardChanges = () => this._options.changes.discard();
  readonly switchNow = () => this._options.changes.switchNow();
  readonly cancelChange = () => this._options.changes.cancel();

  readonly stop = (spaceName?: string) => this._options.changes.stop(spaceName);

  readonly restart = (spaceName?: string) =>
    this._options.changes.restart(spaceName);

  readonly start = (spaceName: string) =>
    this._options.changes.start(spaceName);

  readonly openCatalogue = () => this._options.openCatalogue();

  /**
   * Open another space in a tab of its own.
   *
   * #### Notes
   * The address signs its bearer in, so it goes nowhere but into that tab. The tab is opened by
   * the click itself, or the browser would take it for an advertisement.
   */
  readonly open = (spaceName: string): Promise<void> => {
    const { trans, spaces } = this._options;
    const tab = window.open('about:blank', '_blank');
    return this._try(trans.__('The space was not opened'), async () => {
      try {
        const address = await spaces.open(spaceName);
        if (!/^https?:\/\//.test(address)) {
          throw new StudioError({
            code: 'UnreadableAnswer',
            message: 'SageMaker gave no address for the space.'
          });
        }
        if (tab) {
          tab.opener = null;
          tab.location.replace(address);
          return;
        }
        Notification.info(trans.__('“%1” is ready to be opened.', spaceName), {
          autoClose: false,
          actions: [
            {
              label: trans.__('Open'),
              callback: () => window.open(address, '_blank', 'noopener')
            }
          ]
        });
      } catch (error) {
        tab?.close();
        throw error;
      }
    });
  };

  readonly create = (): Promise<void> => {
    const { trans, list, model, instances } = this._options;
    return this._try(trans.__('The space was not created'), async () => {
      const [types] = await Promise.all([
        instances.types(),
        list.refreshIfStale(),
        model.refreshIfStale()
      ]);
      const rules = model.facts?.rules;
      const volume =
        rules && isKnown(rules)
          ? rules.value.volume
          : { defaultGb: 5, maximumGb: 100 };
      const choice = await askNewSpace(
        {
          proposed: {
            name: '',
            instanceType: FIRST_TYPE,
            volumeGb: volume.defaultGb
          },
          taken: list.spaces.map(({ name }) => name),
          types,
          maximumGb: volume.maximumGb
        },
        trans
      );
      if (choice) {
        const { name, instanceType, volumeGb } = choice;
        const imageArn = await this._imageFor(instanceType);
        await list.create({ name, spec: { instanceType, imageArn }, volumeGb });
        Notification.success(trans.__('The space “%1” was created', name), {
          autoClose: 15_000,
          actions: [
            { label: trans.__('Start'), callback: () => this.start(name) }
          ]
        });
      }
    });
  };

  readonly remove = (spaceName: string): Promise<void> => {
    const { trans, list } = this._options;
    return this._try(trans.__('The space was not deleted'), async () => {
      await list.refreshIfStale();
      const space = list.find(spaceName);
      if (!space) {
        throw new StudioError({
          code: 'ResourceNotFound',
          message: `There is no space “${spaceName}” among yours.`
        });
      }
      if (await confirmRemoveSpace(space, trans)) {
        await list.remove(spaceName);
      }
    });
  };

  readonly keepAwake = (): Promise<void> => {
    const { trans, locale, model, settings } = this._options;
    return this._try(trans.__('The space is not kept awake'), async () => {
      await model.refreshIfStale();
      const { facts } = model;
      const local = facts && isKnown(facts.local) ? facts.local.value : null;
      const spec = facts && specOf(facts);
      const price =
        facts &&
        priceOf(
          facts.prices,
          spec && isKnown(spec) ? spec.value.instanceType : undefined,
          ''
        );
      if (local && 'reason' in local.idle.canKeepAwake) {
        throw new StudioError({
          code: 'NotAvailable',
          message: local.idle.canKeepAwake.reason
        });
      }
      const minutes = await askKeepAwake(
        {
          proposed: settings.keepAwakeMinutes,
          longest: local?.idle.maxKeepAwakeMinutes ?? 720,
          price:
            price && isKnown(price)
              ? hourlyPrice(price.value, trans, locale)
              : ''
        },
        trans,
        locale
      );
      if (minutes !== null) {
        await model.keepAwake(minutes);
        Notification.success(
          trans.__(
            'The space is kept awake for %1',
            formatDuration(minutes * 60_000, locale)
          ),
          { autoClose: 4000 }
        );
      }
    });
  };

  readonly endKeepAwake = (): Promise<void> => {
    const { trans, model } = this._options;
    return this._try(trans.__('Keeping awake was not ended'), () =>
      model.keepAwake(null)
    );
  };

  readonly restartJupyter = (): Promise<void> => {
    const { trans, lab, local } = this._options;
    return this._try(trans.__('Jupyter was not restarted'), async () => {
      const unsaved = lab.documents().map(({ path }) => path);
      const { keepAwakeUntil } = (await local.get()).idle;
      const choice = await askRestartJupyter(
        unsaved,
        keepAwakeUntil !== null,
        trans
      );
      if (!choice) {
        return;
      }
      if (choice.save) {
        await lab.saveAll();
      }
      await restartJupyter(local, trans);
    });
  };

  readonly showLifecycleLog = (): Promise<void> => {
    const { trans, model, spaces } = this._options;
    return this._try(trans.__('The log can’t be read'), async () => {
      const name = model.facts?.context.fields.spaceName.value ?? '';
      const text = await spaces.lifecycleLog(name);
      await showLog(trans.__('Log of the lifecycle script'), text, trans);
    });
  };

  readonly refresh = async (): Promise<void> => {
    const { context, instances, model } = this._options;
    instances.forget();
    if (model.unavailable !== null) {
      // Somebody may have set it up meanwhile.
      await context.refresh();
    }
    await model.refresh();
  };

  /** AWS's image for a type: a new space has none that could be kept. */
  private async _imageFor(instanceType: string): Promise<string | undefined> {
    const { spaces, instanceFacts } = this._options;
    const [facts, images] = await Promise.all([
      instanceFacts(),
      spaces.images()
    ]);
    const made = facts.get(instanceType);
    if (!made || !isKnown(images)) {
      return undefined;
    }
    const wanted: ISpaceImage['processor'] = made.gpus ? 'gpu' : 'cpu';
    return images.value.find(
      ({ processor, isCustom }) => processor === wanted && !isCustom
    )?.arn;
  }

  private async _try(title: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      showStudioError(toStudioError(error), this._options.trans, { title });
    }
  }
}

export namespace SpaceController {
  export interface IOptions {
    app: JupyterFrontEnd;
    context: { refresh(): Promise<void> };
    model: SpaceModel;
    list: SpacesModel;
    spaces: ISpacesApi;
    local: ILocalSpaceApi;
    instances: CachedInstances;
    instanceFacts: () => Promise<InstanceFacts>;
    settings: SpaceSettings;
    changes: ISpaceChanges;
    lab: LabFacts;
    openCatalogue: () => Promise<void>;
    trans: TranslationBundle;
    locale?: string;
  }
}

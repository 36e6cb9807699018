import type {
  IFileSystemRef,
  IResourceSpec,
  ISpace,
  ISpaceApp,
  ISpaceDraft,
  ISpaceImage,
  ISpaceSettings
} from '../../tokens';

type Json = Record<string, unknown>;

/** What a space runs on, or would: the app's own specification before the space's default. */
export function presentSettings(
  space: ISpace,
  app: ISpaceApp | null
): ISpaceSettings {
  return {
    ...space.settings,
    spec: { ...space.settings.spec, ...(app && defined(app.spec)) }
  };
}

/** Settings with a draft applied. */
export function withDraft(
  settings: ISpaceSettings,
  draft: ISpaceDraft
): ISpaceSettings {
  const idle = 'idleMinutes' in draft ? draft.idleMinutes : undefined;
  return {
    spec: changedSpec(settings.spec, draft),
    volumeGb: draft.volumeGb ?? settings.volumeGb,
    idleMinutes:
      idle === undefined ? settings.idleMinutes : (idle ?? undefined),
    fileSystems: draft.fileSystems ?? settings.fileSystems,
    repositories: draft.repositories ?? settings.repositories
  };
}

/**
 * A specification with a draft applied.
 *
 * #### Notes
 * A version of an image goes before the image (botocore, ResourceSpec), so the old version must
 * not stay when the image changes.
 */
export function changedSpec(
  spec: IResourceSpec,
  draft: ISpaceDraft
): IResourceSpec {
  const { instanceType, image, lifecycleConfigArn } = draft;
  const changed = { ...spec };
  if (instanceType !== undefined) {
    changed.instanceType = instanceType;
  }
  if (image) {
    changed.imageArn = image.arn;
    changed.imageVersionArn = image.versionArn;
    changed.imageVersionAlias = image.versionAlias;
  }
  if (lifecycleConfigArn !== undefined) {
    changed.lifecycleConfigArn = lifecycleConfigArn ?? undefined;
  }
  return defined(changed);
}

/**
 * What an app is to be started with.
 *
 * #### Notes
 * DescribeApp names the version it resolved. That is not passed on unless the space pins it: a
 * new start should take the image's newest version, as Studio does.
 */
export function startSpec(
  space: ISpace,
  app: ISpaceApp | null,
  draft: ISpaceDraft
): IResourceSpec {
  const { spec } = presentSettings(space, app);
  const pinned = space.settings.spec;
  const isPinned = !!pinned.imageArn && pinned.imageArn === spec.imageArn;
  return changedSpec(
    { ...spec, imageVersionArn: isPinned ? pinned.imageVersionArn : undefined },
    draft
  );
}

/** SageMaker's ResourceSpec, as CreateApp takes it. */
export function toResourceSpec(spec: IResourceSpec): Record<string, string> {
  return defined({
    InstanceType: spec.instanceType,
    SageMakerImageArn: spec.imageArn,
    SageMakerImageVersionArn: spec.imageVersionArn,
    SageMakerImageVersionAlias: spec.imageVersionAlias,
    LifecycleConfigArn: spec.lifecycleConfigArn
  }) as Record<string, string>;
}

/**
 * The whole SpaceSettings for UpdateSpace: what SageMaker gave, with the draft in its place.
 *
 * #### Notes
 * Sub-objects are replaced, not merged, so all of them are sent; but AppType must not be
 * (hashicorp/terraform-provider-aws#38370).
 */
export function updatedSettings(raw: Json, draft: ISpaceDraft): Json {
  const settings = structuredClone(raw);
  delete settings.AppType;
  if (
    draft.instanceType !== undefined ||
    draft.image ||
    draft.lifecycleConfigArn !== undefined
  ) {
    const lab = child(settings, 'JupyterLabAppSettings');
    lab.DefaultResourceSpec = updatedSpec(
      (lab.DefaultResourceSpec ?? {}) as Json,
      draft
    );
  }
  if (draft.idleMinutes !== undefined) {
    const lab = child(settings, 'JupyterLabAppSettings');
    if (draft.idleMinutes === null) {
      delete lab.AppLifecycleManagement;
    } else {
      const idle = child(child(lab, 'AppLifecycleManagement'), 'IdleSettings');
      idle.IdleTimeoutInMinutes = draft.idleMinutes;
    }
  }
  if (draft.volumeGb !== undefined) {
    const storage = child(settings, 'SpaceStorageSettings');
    child(storage, 'EbsStorageSettings').EbsVolumeSizeInGb = draft.volumeGb;
  }
  if (draft.fileSystems) {
    settings.CustomFileSystems = draft.fileSystems.map(toCustomFileSystem);
  }
  if (draft.repositories) {
    child(settings, 'JupyterLabAppSettings').CodeRepositories =
      draft.repositories.map(RepositoryUrl => ({ RepositoryUrl }));
  }
  return settings;
}

/**
 * The SpaceSettings that take a change back.
 *
 * #### Notes
 * A volume that has grown can't shrink, so its size is left as it is then; a top-level member
 * that is absent is not changed.
 */
export function formerSettings(raw: Json, draft: ISpaceDraft): Json {
  const settings = structuredClone(raw);
  delete settings.AppType;
  if (draft.volumeGb !== undefined) {
    delete settings.SpaceStorageSettings;
  }
  if (draft.fileSystems) {
    settings.CustomFileSystems ??= [];
  }
  if (draft.repositories) {
    child(settings, 'JupyterLabAppSettings').CodeRepositories ??= [];
  }
  return settings;
}

/** What a file system is told from others by: its id, or its address. */
export function fileSystemKey(reference: IFileSystemRef): string {
  return reference.kind === 's3' ? reference.uri : reference.id;
}

/** What is to be known of an image for a type of instance. */
export type ImageMatch =
  | { kind: 'fits' }
  | { kind: 'swap'; image: ISpaceImage; versionAlias?: string }
  | { kind: 'mismatch'; needs: 'cpu' | 'gpu'; image: ISpaceImage }
  | { kind: 'unknown' };

/**
 * The image that goes with a type of instance: the same one, or its CPU or GPU twin.
 *
 * @param needsGpu - whether the type has GPUs; undefined where that is not known.
 */
export function matchImage(
  spec: IResourceSpec,
  needsGpu: boolean | undefined,
  images: readonly ISpaceImage[]
): ImageMatch {
  if (!spec.imageArn) {
    return { kind: 'fits' }; // SageMaker takes its default, which goes with the type.
  }
  const image = images.find(each => each.arn === spec.imageArn);
  if (!image || image.processor === 'unknown' || needsGpu === undefined) {
    return { kind: 'unknown' };
  }
  const needs = needsGpu ? 'gpu' : 'cpu';
  if (image.processor === needs) {
    return { kind: 'fits' };
  }
  const twin = images.find(
    each => each.processor === needs && base(each.arn) === base(image.arn)
  );
  if (!twin) {
    // A GPU image runs on a CPU instance, too; it is only larger.
    return needs === 'cpu'
      ? { kind: 'fits' }
      : { kind: 'mismatch', needs, image };
  }
  const alias = aliasOf(spec, image);
  // AWS does not list the versions of its own images; its CPU and GPU images are released in
  // pairs, with the same aliases.
  const isAssumed = !twin.isCustom && twin.versions.length === 0;
  const hasAlias =
    isAssumed || twin.versions.some(version => version.alias === alias);
  return {
    kind: 'swap',
    image: twin,
    versionAlias: hasAlias ? alias : undefined
  };
}

function aliasOf(spec: IResourceSpec, image: ISpaceImage): string | undefined {
  return (
    spec.imageVersionAlias ??
    image.versions.find(version => version.arn === spec.imageVersionArn)?.alias
  );
}

/** An image's ARN without what tells CPU from GPU. */
function base(arn: string): string {
  return arn.replace(/\b(cpu|gpu)\b/g, '');
}

function updatedSpec(spec: Json, draft: ISpaceDraft): Json {
  const updated = { ...spec };
  if (draft.instanceType !== undefined) {
    updated.InstanceType = draft.instanceType;
  }
  if (draft.image) {
    delete updated.SageMakerImageVersionArn;
    delete updated.SageMakerImageVersionAlias;
    Object.assign(
      updated,
      defined({
        SageMakerImageArn: draft.image.arn,
        SageMakerImageVersionArn: draft.image.versionArn,
        SageMakerImageVersionAlias: draft.image.versionAlias
      })
    );
  }
  if (draft.lifecycleConfigArn === null) {
    delete updated.LifecycleConfigArn;
  } else if (draft.lifecycleConfigArn !== undefined) {
    updated.LifecycleConfigArn = draft.lifecycleConfigArn;
  }
  return updated;
}

function toCustomFileSystem(reference: IFileSystemRef): Json {
  switch (reference.kind) {
    case 'efs':
      return { EFSFileSystem: { FileSystemId: reference.id } };
    case 'fsx-lustre':
      return { FSxLustreFileSystem: { FileSystemId: reference.id } };
    case 's3':
      return { S3FileSystem: { S3Uri: reference.uri } };
  }
}

function child(parent: Json, name: string): Json {
  return (parent[name] ??= {}) as Json;
}

/** The members that are there. */
function defined<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined)
  ) as T;
}

import * as React from 'react';

/** A path or an address that is broken after its slashes, not at the hyphens of its names. */
export function Breakable(props: { text: string }): JSX.Element {
  return (
    <>
      {props.text.split(/(?<=\/)/).map((part, index) => (
        <span key={index} className="jp-SageMakerStudio-unbroken">
          {part}
        </span>
      ))}
    </>
  );
}

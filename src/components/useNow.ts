import * as React from 'react';

/** The time, milliseconds since the epoch; the component is drawn again as it goes on. */
export function useNow(interval: number): number {
  const [now, setNow] = React.useState(Date.now);
  React.useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), interval);
    return () => clearInterval(timer);
  }, [interval]);
  return now;
}

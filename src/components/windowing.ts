import * as React from 'react';

/** The part of a long list that is in view, and how to move it. */
export interface IWindow {
  /** For the element that scrolls. */
  ref: React.RefCallback<HTMLElement>;
  /** First item to build. */
  start: number;
  /** One past the last item to build. */
  end: number;
  /** Items that fit into the view. */
  pageSize: number;
  onScroll: () => void;
  /** Scroll as little as needed to show an item. */
  scrollTo: (index: number) => void;
  scrollToEnd: () => void;
}

/** How a window is laid out. */
export interface IWindowOptions {
  /** Pixels of a header that stays on top, inside the scrolling element. */
  headerHeight?: number;
}

// Items built above and below the view, and the step the window moves by: a few more rows, but
// far fewer renderings while scrolling.
const OVERSCAN = 4;
const STEP = 4;
/** Until the element has a size (in a hidden tab, say), as if it were this high. */
const UNKNOWN_HEIGHT = 600;

interface IMeasure {
  top: number;
  height: number;
}

/** Which of `count` items of one height are in view of the element with the returned `ref`. */
export function useWindow(
  count: number,
  itemHeight: number,
  options: IWindowOptions = {}
): IWindow {
  const { headerHeight = 0 } = options;
  const element = React.useRef<HTMLElement | null>(null);
  const observer = React.useRef<ResizeObserver | null>(null);
  const [measure, setMeasure] = React.useState<IMeasure>({ top: 0, height: 0 });

  const onScroll = React.useCallback(() => {
    const node = element.current;
    if (!node) {
      return;
    }
    const step = itemHeight * STEP;
    const top = Math.floor(node.scrollTop / step) * step;
    const height = node.clientHeight;
    setMeasure(old =>
      old.top === top && old.height === height ? old : { top, height }
    );
  }, [itemHeight]);
  const ref = React.useCallback(
    (node: HTMLElement | null) => {
      observer.current?.disconnect();
      element.current = node;
      if (node) {
        observer.current = new ResizeObserver(onScroll);
        observer.current.observe(node);
        onScroll();
      }
    },
    [onScroll]
  );
  // A list that got shorter moves the scroll position without a scroll event in some browsers.
  React.useLayoutEffect(onScroll, [onScroll, count]);

  const height = (measure.height || UNKNOWN_HEIGHT) - headerHeight;
  const pageSize = Math.max(1, Math.floor(height / itemHeight));
  const first = Math.floor(measure.top / itemHeight);
  const end = Math.min(count, first + pageSize + STEP + OVERSCAN);
  const start = Math.max(0, Math.min(first - OVERSCAN, end - pageSize));

  const scrollTo = React.useCallback(
    (index: number) => {
      const node = element.current;
      if (!node) {
        return;
      }
      const top = index * itemHeight;
      const room = (node.clientHeight || UNKNOWN_HEIGHT) - headerHeight;
      if (top < node.scrollTop) {
        node.scrollTop = top;
      } else if (top + itemHeight > node.scrollTop + room) {
        node.scrollTop = top + itemHeight - room;
      }
      onScroll();
    },
    [itemHeight, headerHeight, onScroll]
  );
  const scrollToEnd = React.useCallback(() => {
    if (element.current) {
      element.current.scrollTop = element.current.scrollHeight;
      onScroll();
    }
  }, [onScroll]);
  return { ref, start, end, pageSize, onScroll, scrollTo, scrollToEnd };
}

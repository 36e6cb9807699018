import * as React from 'react';

/** The part of a long list that is in view, and how to move it. */
export interface IWindow {
  /** For the element that scrolls. */
  ref: React.RefCallback<HTMLElement>;
  /** First item in view. */
  first: number;
  /** First item to build. */
  start: number;
  /** One past the last item to build. */
  end: number;
  /** Items that fit into the view. */
  pageSize: number;
  /** Pixels the element that holds all items has to have. */
  height: number;
  /** Pixels from its top to the first item to build. */
  offset: number;
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

/**
 * Pixels an element can be high in every browser (Firefox ends at 17.8 million): a longer list is
 * scrolled by more than its scroll bar says.
 */
const MAX_HEIGHT = 17_000_000;

interface IMeasure {
  /** Pixels of items above the view. */
  top: number;
  height: number;
  /** How far the scroll bar is from that; 0 unless the list is too long for it. */
  shift: number;
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
  const [measure, setMeasure] = React.useState<IMeasure>({
    top: 0,
    height: 0,
    shift: 0
  });
  const total = count * itemHeight;
  const room = measure.height || UNKNOWN_HEIGHT;
  const scale = total > MAX_HEIGHT ? (total - room) / (MAX_HEIGHT - room) : 1;
  const factor = React.useRef(scale);
  factor.current = scale;

  const onScroll = React.useCallback(() => {
    const node = element.current;
    if (!node) {
      return;
    }
    const step = itemHeight * STEP;
    const exact = node.scrollTop * factor.current;
    const top = Math.floor(exact / step) * step;
    const height = node.clientHeight;
    const shift = node.scrollTop - exact;
    setMeasure(old =>
      old.top === top && old.height === height ? old : { top, height, shift }
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
      const seen = node.scrollTop * factor.current;
      if (top < seen) {
        node.scrollTop = top / factor.current;
      } else if (top + itemHeight > seen + room) {
        node.scrollTop = (top + itemHeight - room) / factor.current;
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
  return {
    ref,
    first,
    start,
    end,
    pageSize,
    height: Math.min(total, MAX_HEIGHT),
    offset: start * itemHeight + measure.shift,
    onScroll,
    scrollTo,
    scrollToEnd
  };
}
